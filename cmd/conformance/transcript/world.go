package transcript

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// maxM is the most approvals that a quorum ever asked for, in the guide before 2022.
const maxM = 20

// Login is who has logged in before the first line.
type Login struct {
	Type, Name string
}

func setCA(h *header, value string) error {
	return choose(&h.file.CA, value, "absent", "late")
}

func setDaemon(h *header, value string) error {
	return choose(&h.file.Daemon, value, "absent", "lost")
}

func setQuorum(h *header, value string) error {
	h.file.Quorum = map[int]int{}
	for _, word := range strings.Fields(value) {
		left, right, _ := strings.Cut(word, "=")
		service, err := parseNum(left, 3, 4)
		if err != nil {
			return fmt.Errorf("service of %s: %w", word, err)
		}
		m, err := parseNum(right, 1, maxM)
		if err != nil {
			return fmt.Errorf("approvals of %s: %w", word, err)
		}
		if h.file.Quorum[service] != 0 {
			return fmt.Errorf("service %d stands twice", service)
		}
		h.file.Quorum[service] = m
	}
	return nil
}

func setNext(h *header, value string) (err error) {
	h.file.Next, err = parseNums(value, 1, uint64(maxHandle))
	return err
}

func setHome(h *header, value string) error {
	id, err := parseNum(value, 0, maxID)
	if err != nil {
		return err
	}
	if !h.hasNode(id) {
		return fmt.Errorf("no server has the id %d", id)
	}
	h.file.Home = &id
	return nil
}

func setLogin(h *header, value string) error {
	kind, name, _ := strings.Cut(value, " ")
	if err := choose(new(string), kind, "PRECO", "CO", "CU"); err != nil {
		return err
	}
	fits := func(u User) bool {
		return u.Name == name && (u.Type == kind || kind == "CO" && u.Type == "PCO")
	}
	if !slices.ContainsFunc(h.file.Users, fits) {
		return fmt.Errorf("users has no %s %q", kind, name)
	}
	h.file.Login = &Login{Type: kind, Name: name}
	return nil
}

func setMode(h *header, value string) error {
	if h.file.Tool != CMU {
		return errors.New("stands only with tool: cmu")
	}
	if value == "global" {
		return nil
	}
	digits, ok := strings.CutPrefix(value, "server ")
	if !ok {
		return errors.New("must be global or server NUM")
	}
	number, err := parseNum(digits, 0, len(h.file.Servers)-1)
	if err != nil {
		return err
	}
	h.file.ServerMode = &number
	return nil
}

func setShows(h *header, value string) error {
	if value == "screen" {
		return nil
	}
	file, ok := strings.CutPrefix(value, "file ")
	if !ok {
		return errors.New("must be screen or file PATH")
	}
	// The tools' own files are named by the place that the caller puts in for this folder.
	below, own := strings.CutPrefix(file, "/opt/cloudhsm/")
	if !own {
		below = file
	}
	if err := checkLocalPath(below); err != nil {
		return fmt.Errorf("%q is neither in the working directory nor below /opt/cloudhsm", file)
	}
	h.file.Shows = file
	return nil
}
