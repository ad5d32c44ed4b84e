package awsapi

import (
	"fmt"
	"net/url"
	"strings"
)

// Limits of forms: what a request of any operation has is far below.
const (
	maxPairs = 10000
	maxDepth = 16 // parts of a name between dots
)

// form is a query string or the body of a form.
type form struct{ pairs []pair }

type pair struct{ name, value string }

// add reads pairs from their encoded form.
func (f *form) add(encoded string) error {
	for encoded != "" {
		var p string
		p, encoded, _ = strings.Cut(encoded, "&")
		if p == "" {
			continue
		}
		if len(f.pairs) == maxPairs {
			return fmt.Errorf("the request has more than %d parameters", maxPairs)
		}
		name, value, _ := strings.Cut(p, "=")
		name, err := url.QueryUnescape(name)
		if err == nil {
			value, err = url.QueryUnescape(value)
		}
		if err != nil {
			return fmt.Errorf("a parameter of the request is not encoded well: %w", err)
		}
		f.pairs = append(f.pairs, pair{name, value})
	}
	return nil
}

// first returns the first value of a name; "" where there is none.
func (f *form) first(name string) string {
	for _, p := range f.pairs {
		if p.name == name {
			return p.value
		}
	}
	return ""
}

// node is a form as a tree: the names' parts between dots lead from branch to branch.
type node struct {
	value string
	kids  map[string]*node
}

// tree makes the tree of a form.
func (f *form) tree() (*node, error) {
	root := &node{}
	for _, p := range f.pairs {
		if strings.Count(p.name, ".") >= maxDepth {
			return nil, fmt.Errorf("parameter %s has more than %d parts", clip(p.name), maxDepth)
		}
		n := root
		for part := range strings.SplitSeq(p.name, ".") {
			if n.kids == nil {
				n.kids = map[string]*node{}
			}
			kid := n.kids[part]
			if kid == nil {
				kid = &node{}
				n.kids[part] = kid
			}
			n = kid
		}
		n.value = p.value
	}
	return root, nil
}
