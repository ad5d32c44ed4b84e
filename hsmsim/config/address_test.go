package config

import (
	"strings"
	"testing"
)

func TestCheckAddress(t *testing.T) {
	const neither = "is neither an IP address nor a host name"
	longest := strings.Repeat(strings.Repeat("a", 62)+".", 4) + "b"
	tests := []struct {
		address, want string // the end of the error
	}{
		{"10.0.2.9", ""},
		{"fd00::1", ""},
		{"::ffff:10.0.2.9", ""},
		{"server1", ""},
		{"hsm-a.lab.example", ""},
		{"hsm_a", ""},
		{longest, ""},
		{"", "the address is empty"},
		{longest + "c", "the address has 254 characters, at most 253 are allowed"},
		{" ", neither},
		{"10.0.2.9 ", neither},
		{"10.0.2.9,10.0.3.11", neither},
		{"10.0.2.9\n", neither},
		{"10.0.2.9:2225", neither},
		{"fe80::1%eth0", neither},
		{"[fd00::1]", neither},
		{"<IP address>", neither},
		{"-m", neither},
		{"a-", neither},
		{"a..b", neither},
		{"a.", neither},
		{"hsm.münchen", neither},
		{strings.Repeat("a", 64), neither},
		{"10.0.2", "is not a complete IP address"},
		{"10.0.2.256", "is not a complete IP address"},
		{"10.0.2.9.1", "is not a complete IP address"},
		{"1", "is not a complete IP address"},
	}
	for _, test := range tests {
		t.Run(test.address, func(t *testing.T) {
			err := CheckAddress(test.address)
			if test.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.HasSuffix(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
