package awsapi

import (
	"fmt"
	"slices"
)

// tables are the services that an endpoint knows. It serves those that it is given an implementation of.
func tables() []*service {
	return []*service{&stsService, &kmsService, &cloudHSM, &cloudTrail, &cloudWatch, &cloudWatchLogs, &ec2Service}
}

// mounted is a service with its implementation.
type mounted struct {
	*service
	impl  any
	named map[string]*operation
}

// mount gives services their implementations. It refuses what no table has, and tables that contradict themselves.
func mount(tables []*service, impls map[string]any) ([]*mounted, error) {
	var list []*mounted
	for _, s := range tables {
		impl, ok := impls[s.name]
		if !ok {
			continue
		}
		m := &mounted{service: s, impl: impl, named: map[string]*operation{}}
		for i := range s.operations {
			o := &s.operations[i]
			if !o.fits(impl) {
				return nil, fmt.Errorf("a %T cannot serve operation %s of service %s", impl, o.name, s.name)
			}
			if m.named[o.name] != nil {
				return nil, fmt.Errorf("the table of service %s has operation %s twice", s.name, o.name)
			}
			m.named[o.name] = o
		}
		list = append(list, m)
	}
	for name := range impls {
		if !slices.ContainsFunc(list, func(m *mounted) bool { return m.name == name }) {
			return nil, fmt.Errorf("there is no service %q", name)
		}
	}
	return list, nil
}
