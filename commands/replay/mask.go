package replay

import (
	"regexp"
	"strings"
	"sync"
)

// ids are those that are made up: of keys, custom key stores, clusters and what belongs to them.
var ids = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|` +
		`(?:cks|cluster|hsm|backup|subnet|vpc|sg|eni|acl|aclassoc|sgr)-[0-9a-z]{8,})\b`)
})

// volatile are what is never the same twice, with what stands in its place when two sessions are compared.
var volatile = sync.OnceValue(func() []struct {
	form  *regexp.Regexp
	place string
} {
	return []struct {
		form  *regexp.Regexp
		place string
	}{
		{regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?`), "TIME"},
		{regexp.MustCompile(`\b\d{4}-\d\d-\d\d\b`), "DATE"},
		{regexp.MustCompile(`\b\d\d:\d\d:\d\d\b`), "TIME"},
		{regexp.MustCompile(`\b1[5-9]\d{8}(?:\.\d+)?\b`), "TIME"}, // seconds since 1970
		{regexp.MustCompile(`\b(?:127\.0\.0\.1|localhost):\d+`), "ENDPOINT"},
		{regexp.MustCompile(`[^\s'"=]*/opt/cloudhsm\b`), "/opt/cloudhsm"},
		{regexp.MustCompile(`^(lab \S+ in )/.*`), "${1}DIRECTORY"},
		{regexp.MustCompile(`(app id : |session_handle )[0-9a-f]+`), "${1}ID"},
		{regexp.MustCompile(`[A-Za-z0-9+/]{40,}={0,2}`), "BASE64"},
		{regexp.MustCompile(`(Serial Number +:).*`), "${1}SERIAL"},
	}
})

// same is a line without what is never the same twice.
func same(line string) string {
	line = strings.TrimRight(line, " ")
	line = ids().ReplaceAllString(line, "ID")
	for _, v := range volatile() {
		line = v.form.ReplaceAllString(line, v.place)
	}
	return line
}

// renamed are the ids of the recorded session by those that the same things have in the replayed one.
type renamed map[string]string

// learn pairs the ids of two outputs of the same line, where there are as many.
func (r renamed) learn(recorded, seen []string) {
	was := ids().FindAllString(strings.Join(recorded, "\n"), -1)
	is := ids().FindAllString(strings.Join(seen, "\n"), -1)
	if len(was) != len(is) {
		return
	}
	for i := range was {
		if _, known := r[was[i]]; !known && was[i] != is[i] {
			r[was[i]] = is[i]
		}
	}
}

// in puts the new ids into a line.
func (r renamed) in(line string) string {
	return ids().ReplaceAllStringFunc(line, func(id string) string {
		if other, ok := r[id]; ok {
			return other
		}
		return id
	})
}
