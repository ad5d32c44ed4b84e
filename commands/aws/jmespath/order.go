package jmespath

import "slices"

// extreme gives the greatest (direction 1) or least (-1) of values of one type, nil of none.
func extreme(list []any, direction int) (any, error) {
	var best any
	for i, e := range list {
		if order, _ := compare(e, best); i == 0 || order*direction > 0 {
			best = e
		}
	}
	return best, nil
}

func sortArray(a []any) (any, error) {
	list := slices.Clone(a[0].([]any))
	slices.SortStableFunc(list, func(x, y any) int {
		order, _ := compare(x, y)
		return order
	})
	return list, nil
}

// keyed is an element with what it is ordered by.
type keyed struct {
	key, element any
}

// keysOf evaluates the expression on every element; all results must be numbers, or all strings. What its errors
// show is what the real one shows.
func keysOf(function string, list []any, by reference) ([]keyed, error) {
	var out []keyed
	for i, e := range list {
		k, err := by.to.eval(e)
		if err != nil {
			return nil, err
		}
		allowed, shown := []string{"number", "string"}, k
		if function == "sort_by" {
			allowed, shown = []string{"string", "number"}, e
		}
		if i > 0 {
			allowed, shown = []string{typeOf(out[0].key)}, k
		}
		if !slices.Contains(allowed, typeOf(k)) {
			return nil, mistypedAs(function, allowed, shown, typeOf(k))
		}
		out = append(out, keyed{k, e})
	}
	return out, nil
}

func sortBy(a []any) (any, error) {
	list, err := keysOf("sort_by", a[0].([]any), a[1].(reference))
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(x, y keyed) int {
		order, _ := compare(x.key, y.key)
		return order
	})
	out := []any{}
	for _, k := range list {
		out = append(out, k.element)
	}
	return out, nil
}

func extremeBy(function string, a []any, direction int) (any, error) {
	list, err := keysOf(function, a[0].([]any), a[1].(reference))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	best := list[0]
	for _, k := range list[1:] {
		if order, _ := compare(k.key, best.key); order*direction > 0 {
			best = k
		}
	}
	return best.element, nil
}
