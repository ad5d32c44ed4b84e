package lab

import (
	"strconv"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// seed is the flag of commands that make a new world.
type seed struct {
	given bool
	value int64
}

// String and Set make it a flag.
func (s *seed) String() string {
	if !s.given {
		return ""
	}
	return strconv.FormatInt(s.value, 10)
}

// Set reads the seed.
func (s *seed) Set(text string) (err error) {
	s.value, err = lab.ParseSeed(text)
	s.given = err == nil
	return err
}

// Type is what help shows as its value.
func (s *seed) Type() string { return "N" }

func (s *seed) addTo(cmd *cobra.Command) {
	cmd.Flags().Var(s, "seed", "make ids up so that all worlds of this seed have the same, 1 to 2^53, or 0 for random ones; kept for later resets")
}

// choose keeps the seed with the lab, if one was given.
func (s *seed) choose(h lab.Home) error {
	if !s.given {
		return nil
	}
	return h.ChooseSeed(s.value)
}
