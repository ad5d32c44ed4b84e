package cmu

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

func TestAnHSMTakes1024Users(t *testing.T) {
	w := newWorld(t, plan{servers: 1})
	h := w.nodes[0].hsm
	var specs []hsm.UserSpec
	for id := 6; id < hsm.MaxUsers; id++ {
		specs = append(specs, hsm.UserSpec{ID: hsm.UserID(id), Type: hsm.CU, Name: fmt.Sprint("user", id)})
	}
	if err := h.ProvisionUsers(specs...); err != nil {
		t.Fatal(err)
	}
	screen := w.play("loginHSM CO admin adminpass1", "createUser CU the_last userpass1", "y",
		"createUser CU one_too_many userpass1", "y", "A", "listUsers").screen.String()
	for _, want := range []string{"createUser success on server 0", "createUser failed: HSM Error: The maximum number of users is reached\n",
		"Number of users found:1024\n"} {
		if !strings.Contains(screen, want) {
			t.Errorf("no %q on the screen", want)
		}
	}
	if strings.Contains(w.users(0), "one_too_many") {
		t.Error("there is one user too many")
	}
}

func TestLimitsOfNamesAndPasswords(t *testing.T) {
	const success = "createUser success on server 0"
	for _, test := range []struct {
		about, name, password, want string
	}{
		{"a name of 31 characters", strings.Repeat("n", 31), "userpass1", success},
		{"a name of 32 characters", strings.Repeat("n", 32), "userpass1", "createUser failed: HSM Error: Invalid input data/params"},
		{"a name with a hyphen", "some-user", "userpass1", "createUser failed: HSM Error: Invalid input data/params"},
		{"a password of 6 characters", "dave", "123456", "createUser failed: HSM Error: min pswd len 7 and max pswd len 32"},
		{"a password of 7 characters", "dave", "1234567", success},
		{"a password of 32 characters", "dave", strings.Repeat("p", 32), success},
		{"a password of 33 characters", "dave", strings.Repeat("p", 33), "createUser failed: HSM Error: min pswd len 7 and max pswd len 32"},
		{"a password with special characters", "dave", `!"$%&/()=?'#+*~`, success},
	} {
		w := newWorld(t, plan{servers: 1})
		screen := w.play("loginHSM CO admin adminpass1", "createUser CU "+test.name+" "+test.password, "y", "A").screen.String()
		if !strings.Contains(screen, test.want) {
			t.Errorf("%s: no %q in\n%s", test.about, test.want, screen)
		}
	}
}

func TestFindAllKeysWrites3300KeysToAFile(t *testing.T) {
	w := newWorld(t, plan{servers: 2})
	specs := make([]hsm.KeySpec, hsm.DefaultMaxKeys-4)
	for i := range specs {
		specs[i] = hsm.KeySpec{Handle: hsm.Handle(100 + i), Class: hsm.SecretKey, Type: hsm.AES, Size: 16, Owner: 3, Label: "many", Local: true}
	}
	for _, n := range w.nodes {
		if err := n.hsm.ProvisionKeys(specs...); err != nil {
			t.Fatal(err)
		}
	}
	w.play("loginHSM CO admin adminpass1", "findAllKeys 0 0 keys.txt")
	file, err := os.ReadFile(filepath.Join(w.dir, "keys.txt"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(file), "\n")
	if len(lines) != 13 {
		t.Fatalf("%d lines", len(lines))
	}
	for server := range 2 {
		block := lines[6*server:]
		if block[1] != "Number of keys found 3300" {
			t.Errorf("line 2 of server %d is %q", server, block[1])
		}
		if n := len(strings.Split(block[3], ",")); n != 3300 {
			t.Errorf("line 4 of server %d has %d handles", server, n)
		}
	}
}
