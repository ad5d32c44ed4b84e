package runbook

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// Vary gives a runbook's text with other ids and handles for those of its scenario, wherever they stand: in the world, the
// brief, the goals and the solution. The same seed gives the same text. New names are as long as the old ones.
func Vary(file string, text []byte, seed int64) ([]byte, error) {
	book, err := Parse(file, text)
	if err != nil {
		return nil, err
	}
	w, err := book.Scenario()
	if err != nil {
		return nil, err
	}
	v := &variation{random: rand.New(rand.NewPCG(uint64(seed), 0)), known: map[string]bool{}}
	for i := range w.Clusters {
		v.cluster(&w.Clusters[i])
	}
	for i := range w.KMS.KeyStores {
		v.hex(w.KMS.KeyStores[i].ID, "cks-")
	}
	for i := range w.KMS.Keys {
		v.hex(w.KMS.Keys[i].ID, prefixOf(w.KMS.Keys[i].ID))
	}
	varied := string(text)
	if book.World == nil { // the default world, which stands elsewhere
		if varied, err = withWorld(varied); err != nil {
			return nil, err
		}
	}
	return []byte(strings.NewReplacer(v.pairs...).Replace(varied)), nil
}

// prefixOf is what a KMS key's id begins with if it is of a multi-Region key.
func prefixOf(id string) string {
	if strings.HasPrefix(id, "mrk-") {
		return "mrk-"
	}
	return ""
}

// withWorld is a runbook's text with the default world written out.
func withWorld(text string) (string, error) {
	world, err := scenario.Default().YAML()
	if err != nil {
		return "", fmt.Errorf("cannot write the default world: %w", err)
	}
	text = strings.Replace(text, "\nscenario: "+scenarioDefault+"\n", "\nscenario: "+scenarioBelow+"\n", 1)
	return text + "\n## " + sectionWorld + "\n\n" + fence + "yaml\n" + string(world) + fence + "\n", nil
}

// variation collects old names and new ones.
type variation struct {
	random *rand.Rand
	known  map[string]bool
	pairs  []string
}

func (v *variation) put(old, fresh string) {
	if old == "" || v.known[old] {
		return
	}
	v.known[old] = true
	v.pairs = append(v.pairs, old, fresh)
}

func (v *variation) cluster(c *scenario.Cluster) {
	v.word(c.ID, "cluster-")
	for i := range c.HSMs {
		v.word(c.HSMs[i].ID, "hsm-")
	}
	for _, b := range c.Backups {
		v.word(b.ID, "backup-")
	}
	for _, s := range c.Subnets {
		v.hex(s.ID, "subnet-")
	}
	for i := range c.Keys {
		v.handle(c.Keys[i].Handle)
		if isHex(c.Keys[i].ID) {
			v.hex(c.Keys[i].ID, "")
		}
	}
}

func isHex(s string) bool { return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == "" }

// word varies an id of letters and digits.
func (v *variation) word(old, prefix string) {
	const letters = "abcdefghijklmnopqrstuvwxyz234567"
	v.letters(old, prefix, letters)
}

// hex varies an id of hexadecimal digits; hyphens stay.
func (v *variation) hex(old, prefix string) { v.letters(old, prefix, "0123456789abcdef") }

func (v *variation) letters(old, prefix, letters string) {
	fresh := strings.Map(func(c rune) rune {
		if c == '-' {
			return c
		}
		return rune(letters[v.random.IntN(len(letters))])
	}, strings.TrimPrefix(old, prefix))
	v.put(old, prefix+fresh)
}

// handle varies a key handle: another slot of the same node, with as many digits. Short numbers stay, since they may stand
// for something else.
func (v *variation) handle(old uint32) {
	text := strconv.FormatUint(uint64(old), 10)
	if len(text) < 6 {
		return
	}
	node := uint64(old) / hsm.SlotSize
	for range 100 {
		fresh := strconv.FormatUint(node*hsm.SlotSize+uint64(1000+v.random.IntN(200000)), 10)
		if len(fresh) == len(text) && !v.known["handle "+fresh] {
			v.known["handle "+fresh] = true
			v.put(text, fresh)
			return
		}
	}
}
