package jmespath

import (
	"cmp"

	"github.com/hsmlab/hsmlab/commands/aws/value"
)

// eval gives the value of a node where v is the current one.
func (n *node) eval(v any) (any, error) {
	switch n.kind {
	case nodeField:
		if o, ok := v.(value.Object); ok {
			found, _ := o.Get(n.name)
			return found, nil
		}
		return nil, nil
	case nodeLiteral:
		return n.value, nil
	case nodeIndex:
		return index(v, n.index), nil
	case nodeSlice:
		return n.cut(v)
	case nodeChain:
		left, err := n.children[0].eval(v)
		if err != nil {
			return nil, err
		}
		return n.children[1].eval(left)
	case nodeProjection, nodeValueProjection, nodeFilter:
		return n.each(v)
	case nodeFlatten:
		return n.flatten(v)
	case nodeList, nodeHash:
		return n.build(v)
	case nodeOr, nodeAnd, nodeNot:
		return n.logic(v)
	case nodeCompare:
		return n.compare(v)
	case nodeFunction:
		return n.call(v)
	case nodeReference:
		return reference{n.children[0]}, nil
	}
	return v, nil
}

// reference is an expression as an argument of a function: &name.
type reference struct {
	to *node
}

func truth(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	case value.Object:
		return len(v) > 0
	}
	return true
}

func index(v any, i int) any {
	list, ok := v.([]any)
	if !ok {
		return nil
	}
	if i < 0 {
		i += len(list)
	}
	if i < 0 || i >= len(list) {
		return nil
	}
	return list[i]
}

// cut gives a slice of an array: start, end and step as Python has them.
func (n *node) cut(v any) (any, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, nil
	}
	step := 1
	if n.slice[2] != nil {
		step = *n.slice[2]
	}
	if step == 0 {
		return nil, &Error{"slice step cannot be zero"}
	}
	first, last := 0, len(list)
	if step < 0 {
		first, last = len(list)-1, -1
	}
	bound := func(at *int, otherwise int) int {
		if at == nil {
			return otherwise
		}
		i := *at
		if i < 0 {
			i += len(list)
		}
		if step < 0 {
			return max(-1, min(i, len(list)-1))
		}
		return max(0, min(i, len(list)))
	}
	cut := []any{}
	from, to := bound(n.slice[0], first), bound(n.slice[1], last)
	for i := from; step > 0 && i < to || step < 0 && i > to; i += step {
		cut = append(cut, list[i])
		if step > len(list) || -step > len(list) {
			break
		}
	}
	return cut, nil
}

// each evaluates a projection: what is nil for an element is left out.
func (n *node) each(v any) (any, error) {
	base, err := n.children[0].eval(v)
	if err != nil {
		return nil, err
	}
	elements, ok := base.([]any)
	if n.kind == nodeValueProjection {
		var o value.Object
		if o, ok = base.(value.Object); ok {
			elements = nil
			for _, m := range o {
				elements = append(elements, m.Value)
			}
		}
	}
	if !ok {
		return nil, nil
	}
	out := []any{}
	for _, e := range elements {
		if n.kind == nodeFilter {
			wanted, err := n.children[2].eval(e)
			if err != nil {
				return nil, err
			}
			if !truth(wanted) {
				continue
			}
		}
		r, err := n.children[1].eval(e)
		if err != nil {
			return nil, err
		}
		if r != nil {
			out = append(out, r)
		}
	}
	return out, nil
}

func (n *node) flatten(v any) (any, error) {
	base, err := n.children[0].eval(v)
	if err != nil {
		return nil, err
	}
	list, ok := base.([]any)
	if !ok {
		return nil, nil
	}
	out := []any{}
	for _, e := range list {
		if inner, ok := e.([]any); ok {
			out = append(out, inner...)
		} else {
			out = append(out, e)
		}
	}
	return out, nil
}

// build evaluates [a, b] and {a: b}.
func (n *node) build(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	list, object := []any{}, value.Object{}
	for i, c := range n.children {
		r, err := c.eval(v)
		if err != nil {
			return nil, err
		}
		if n.kind == nodeList {
			list = append(list, r)
		} else {
			object = object.With(n.names[i], r)
		}
	}
	if n.kind == nodeList {
		return list, nil
	}
	return object, nil
}

func (n *node) logic(v any) (any, error) {
	left, err := n.children[0].eval(v)
	if err != nil {
		return nil, err
	}
	switch {
	case n.kind == nodeNot:
		return !truth(left), nil
	case truth(left) == (n.kind == nodeOr):
		return left, nil
	}
	return n.children[1].eval(v)
}

// compare orders numbers, and strings (so that times can be compared); of other kinds it knows only whether
// they are equal.
func (n *node) compare(v any) (any, error) {
	left, err := n.children[0].eval(v)
	if err != nil {
		return nil, err
	}
	right, err := n.children[1].eval(v)
	if err != nil {
		return nil, err
	}
	switch n.name {
	case "==":
		return value.Equal(left, right), nil
	case "!=":
		return !value.Equal(left, right), nil
	}
	order, ok := compare(left, right)
	if !ok {
		return nil, nil
	}
	switch n.name {
	case "<":
		return order < 0, nil
	case "<=":
		return order <= 0, nil
	case ">":
		return order > 0, nil
	}
	return order >= 0, nil
}

func compare(a, b any) (int, bool) {
	if x, ok := a.(string); ok {
		y, ok := b.(string)
		return cmp.Compare(x, y), ok
	}
	x, ok := value.Number(a)
	if !ok {
		return 0, false
	}
	y, ok := value.Number(b)
	return cmp.Compare(x, y), ok
}
