package transcript

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Key is one key that exists before the first line.
type Key struct {
	Line   int // of the header
	Handle uint64
	Class  string // secret, public, private
	Type   string // AES, DES3, GENERIC, RSA, DSA, EC
	Size   int    // AES, DES3, GENERIC: bytes; RSA, DSA: bits; EC: 0
	Curve  string // EC: P-256, P-384, P-521, secp256k1
	Owner  int

	Label      string
	ID         string
	Pair       uint64 // handle of the other half; 0: the key is alone
	Shared     []int
	M          int   // approvals needed; 0: none
	Nodes      []int // where it exists; nil: everywhere
	Session    bool
	NoExtract  bool
	Imported   bool
	From       string // file with the raw bytes; empty: random
	Exponent   int    // RSA; 0: 65537
	Gone       bool   // deleted again before the first line
	Attributes []Attribute
}

// Attribute is one attribute of a key that differs from its default; the name is without OBJ_ATTR_.
type Attribute struct {
	Name, Value string
}

var (
	curves        = []string{"P-256", "P-384", "P-521", "secp256k1"}
	attributeForm = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)
)

func addKey(h *header, value string) error {
	words, err := splitWords(value)
	if err != nil {
		return err
	}
	if len(words) < 5 {
		return errors.New("not of the form HANDLE CLASS TYPE SIZE owner=USERID [OPTION]")
	}
	k := Key{Line: h.line}
	if k.Handle, err = parseNum(words[0], 1, uint64(maxHandle)); err != nil {
		return err
	}
	if _, ok := h.key(k.Handle); ok {
		return fmt.Errorf("the handle %d stands twice", k.Handle)
	}
	if err := k.setKind(words[1], words[2], words[3]); err != nil {
		return err
	}
	if err := h.setOwner(&k, words[4]); err != nil {
		return err
	}
	k.Label = fmt.Sprintf("key-%d", k.Handle)
	var seen []string
	for _, word := range words[5:] {
		name, value, hasValue := strings.Cut(word, "=")
		if slices.Contains(seen, name) {
			return fmt.Errorf("the option %s stands twice", name)
		}
		seen = append(seen, name)
		if err := h.setOption(&k, name, value, hasValue); err != nil {
			return fmt.Errorf("option %s: %w", name, err)
		}
	}
	h.file.Keys = append(h.file.Keys, k)
	return nil
}

// key finds a key that stands further up.
func (h *header) key(handle uint64) (Key, bool) {
	i := slices.IndexFunc(h.file.Keys, func(k Key) bool { return k.Handle == handle })
	if i < 0 {
		return Key{}, false
	}
	return h.file.Keys[i], true
}

func (k *Key) setKind(class, kind, size string) (err error) {
	classes := []string{"public", "private"}
	low, high, step := 1, 3583, 1
	switch kind {
	case "AES":
		low, high, step, classes = 16, 32, 8, []string{"secret"}
	case "DES3":
		low, high, classes = 24, 24, []string{"secret"}
	case "GENERIC":
		classes = []string{"secret"}
	case "RSA":
		low, high, step = 2048, 4096, 256
	case "DSA":
		low, high, step = 2048, 3072, 1024
	case "EC":
	default:
		return fmt.Errorf("%q is not one of AES, DES3, GENERIC, RSA, DSA, EC", kind)
	}
	k.Type = kind
	if err := choose(&k.Class, class, classes...); err != nil {
		return fmt.Errorf("class of %s: %w", kind, err)
	}
	if kind == "EC" {
		return choose(&k.Curve, size, curves...)
	}
	if k.Size, err = parseNum(size, low, high); err != nil {
		return fmt.Errorf("size of %s: %w", kind, err)
	}
	if (k.Size-low)%step != 0 {
		return fmt.Errorf("size of %s: %d is not %d plus a multiple of %d", kind, k.Size, low, step)
	}
	return nil
}

func (h *header) setOwner(k *Key, word string) error {
	digits, ok := strings.CutPrefix(word, "owner=")
	if !ok {
		return errors.New("owner=USERID must follow the size")
	}
	var err error
	if k.Owner, err = parseNum(digits, 1, maxID); err != nil {
		return fmt.Errorf("owner: %w", err)
	}
	return h.checkUserID(k.Owner)
}

func (h *header) checkUserID(id int) error {
	if !h.hasUser(func(u User) bool { return u.ID == id }) {
		return fmt.Errorf("no user has the id %d", id)
	}
	return nil
}

// setOption takes one of the options that follow the owner.
func (h *header) setOption(k *Key, name, value string, hasValue bool) (err error) {
	if flag := k.flag(name); flag != nil {
		if hasValue {
			return errors.New("takes no value")
		}
		*flag = true
		return nil
	}
	if value == "" {
		return errors.New("unknown, or without a value")
	}
	switch name {
	case "label":
		k.Label, err = parseText(value)
	case "id":
		k.ID, err = parseText(value)
	case "pair":
		k.Pair, err = parseNum(value, 1, uint64(maxHandle))
	case "shared":
		k.Shared, err = parseNums(value, 1, maxID)
		for _, id := range k.Shared {
			err = errors.Join(err, h.checkUserID(id))
		}
	case "m":
		k.M, err = parseNum(value, 2, 8)
	case "nodes":
		k.Nodes, err = parseNums(value, 0, maxID)
		for _, id := range k.Nodes {
			if !h.hasNode(id) {
				err = fmt.Errorf("no server has the id %d", id)
			}
		}
	case "local":
		k.Imported = true
		err = choose(new(string), value, "0")
	case "from":
		k.From, err = value, checkLocalPath(value)
	case "exponent":
		if k.Type != "RSA" {
			return errors.New("only RSA keys have one")
		}
		k.Exponent, err = parseNum(value, 3, maxID)
	default:
		if !attributeForm.MatchString(name) {
			return errors.New("no such option")
		}
		k.Attributes = append(k.Attributes, Attribute{Name: name, Value: value})
	}
	return err
}

// flag returns the place of an option that has no value, or nil.
func (k *Key) flag(name string) *bool {
	switch name {
	case "session":
		return &k.Session
	case "nex":
		return &k.NoExtract
	case "gone":
		return &k.Gone
	}
	return nil
}

// parseText reads a text that may stand plain or as a quoted string.
func parseText(s string) (string, error) {
	if strings.Contains(s, `"`) {
		return parseString(s)
	}
	return s, nil
}

// checkKeys checks what ties the keys to each other, to the login and to the files. It runs when all are known.
func (h *header) checkKeys() error {
	for _, k := range h.file.Keys {
		if err := h.checkKey(k); err != nil {
			return fmt.Errorf("line %d: key: %w", k.Line, err)
		}
	}
	return nil
}

func (h *header) checkKey(k Key) error {
	if k.Pair != 0 {
		other, ok := h.key(k.Pair)
		switch {
		case !ok || other.Pair != k.Handle:
			return fmt.Errorf("pair=%d does not stand on both lines", k.Pair)
		case other.Class == k.Class || other.Type != k.Type || other.Size != k.Size || other.Curve != k.Curve:
			return fmt.Errorf("%d and %d are not two halves of one pair", k.Handle, k.Pair)
		}
	}
	if k.Session && (h.file.Home == nil || h.file.Login == nil) {
		return errors.New("a session key needs home and login")
	}
	if k.From != "" && !h.hasFile(k.From, "") {
		return fmt.Errorf("from=%s: no line makes that file", k.From)
	}
	return nil
}
