package kms

import (
	"encoding/base64"
	"sort"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// A marker is the name of the last entry of a page, behind that of the operation, so that no marker is taken for
// that of another list. Clients must not look into it.
func marker(last, operation string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(operation + "\x00" + last))
}

func unmark(mark, operation string) (string, error) {
	b, err := base64.RawURLEncoding.DecodeString(mark)
	last, ok := strings.CutPrefix(string(b), operation+"\x00")
	if err != nil || !ok {
		return "", shape.Errorf(invalidMarker, "Could not deserialize the marker.")
	}
	return last, nil
}

// page cuts a page out of a sorted list of names: so many as the request or else the operation says, behind its
// marker. next is the marker of the page after it, "" where it is the last one.
func page(names []string, limit *int, standard int, mark, operation string) (list []string, next string, err error) {
	from, err := after(names, mark, operation)
	if err != nil {
		return nil, "", err
	}
	to := min(from+pageSize(limit, standard), len(names))
	if to < len(names) {
		next = marker(names[to-1], operation)
	}
	return names[from:to], next, nil
}

// after is where the page behind a marker begins in a sorted list of names. A marker stays good when what it names
// is gone.
func after(order []string, mark, operation string) (int, error) {
	if mark == "" {
		return 0, nil
	}
	last, err := unmark(mark, operation)
	if err != nil {
		return 0, err
	}
	i := sort.SearchStrings(order, last)
	if i < len(order) && order[i] == last {
		i++
	}
	return i, nil
}

func pageSize(limit *int, standard int) int {
	if limit == nil {
		return standard
	}
	return *limit
}
