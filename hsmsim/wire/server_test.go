package wire

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

func TestRequestsOfOneWriteAreAnsweredInOrder(t *testing.T) {
	w := newWorld(t, plan{})
	c := w.raw(t)
	c.greet()
	out := loginFrame(t, 1)
	for id := uint64(2); id <= 200; id++ { // more than wait for one commit
		switch id % 3 {
		case 0:
			out = append(out, asking(t, id, GenerateSecret, newKey(""))...)
		case 1:
			out = append(out, asking(t, id, FindKeys, hsm.FindRequest{})...)
		case 2:
			out = append(out, asking(t, id, DeleteKey, hsm.HandleRequest{Handle: 1})...)
		}
	}
	go c.Write(out)
	keys := 0
	for id := uint64(1); id <= 200; id++ {
		a := c.answer()
		if a.ID != id {
			t.Fatalf("answer %d where %d is due", a.ID, id)
		}
		if id == 1 {
			continue
		}
		switch id % 3 {
		case 0:
			keys++
		case 1:
			var list []hsm.Handle
			must(t, decodeFrame(a.Body, &list))
			if len(list) != keys {
				t.Errorf("answer %d shows %d keys, want %d", id, len(list), keys)
			}
		case 2:
			if hsm.Code(a.Code) != hsm.InvalidHandle {
				t.Errorf("answer %d has the code 0x%x", id, a.Code)
			}
		}
	}
}

func TestPipelinedRequestsShareACommit(t *testing.T) {
	j := newJournal()
	s, _ := newServer(t, plan{journal: j})
	c, _ := piped(t, s)
	c.greet()
	c.send(loginFrame(t, 1))
	c.answer()
	before := j.count()
	var out []byte
	for id := uint64(2); id < 32; id++ {
		out = append(out, asking(t, id, GenerateSecret, newKey(""))...)
	}
	if len(out) > readBuffer {
		t.Fatalf("%d bytes are more than one read", len(out))
	}
	c.send(out)
	for id := uint64(2); id < 32; id++ {
		if a := c.answer(); a.ID != id || a.Code != 0 {
			t.Fatalf("answer %+v", a)
		}
	}
	if got := j.count() - before; got != 1 {
		t.Errorf("%d waits for 30 requests of one write, want 1", got)
	}
}

func TestAnswersAreWithheldUntilTheyAreDurable(t *testing.T) {
	j := newJournal()
	w := newWorld(t, plan{journal: j})
	c, other, third := w.as(t), w.as(t), w.as(t)
	release := j.hold()
	call := GenerateSecret.Start(t.Context(), c, newKey("k"))
	<-j.entered
	seeing := FindKeys.Start(t.Context(), other, hsm.FindRequest{}) // shows the key, so it must wait too
	<-j.entered
	for _, c := range []*Conn{c, other} {
		if len(c.answers) > 0 {
			t.Error("there is an answer before the key is durable")
		}
	}
	early := GenerateSecret.StartEarly(t.Context(), third, newKey("early"))
	if _, err := early.Wait(t.Context()); err != nil {
		t.Errorf("an early answer: %v", err)
	}
	settled := Settle.Start(t.Context(), early.conn, hsm.Done{})
	<-j.entered
	if len(early.conn.answers) > 0 {
		t.Error("settle is answered before the key is durable")
	}
	release()
	if _, err := call.Wait(t.Context()); err != nil {
		t.Error(err)
	}
	if list, err := seeing.Wait(t.Context()); err != nil || len(list) == 0 {
		t.Errorf("%v, %v", list, err)
	}
	if _, err := settled.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestWhatCannotBeStoredIsNotReportedAsDone(t *testing.T) {
	j := newJournal()
	s, log := newServer(t, plan{journal: j})
	c, _ := piped(t, s)
	c.greet()
	c.send(loginFrame(t, 1))
	c.answer()
	j.fail(errors.New("disk is full"))
	c.send(append(asking(t, 2, GenerateSecret, newKey("")), asking(t, 3, DeleteKey, hsm.HandleRequest{Handle: 6})...))
	for id := uint64(2); id <= 3; id++ {
		if a := c.answer(); a.ID != id || hsm.Code(a.Code) != hsm.StorageFailure || len(a.Body) > 0 && a.Body[0] != 0xf6 {
			t.Errorf("answer %+v", a)
		}
	}
	log.await(t, "disk is full")
	j.fail(nil)
	c.send(asking(t, 4, FindKeys, hsm.FindRequest{}))
	if a := c.answer(); a.ID != 4 || a.Code != 0 {
		t.Errorf("answer %+v", a)
	}
}

func TestAnUnknownOperationIsRefused(t *testing.T) {
	w := newWorld(t, plan{})
	c := w.dial(t)
	_, err := Op[hsm.Done, hsm.Done]{60000}.Call(t.Context(), c, hsm.Done{})
	if err != hsm.UnknownOperation {
		t.Errorf("%v", err)
	}
	if _, err := Settle.Call(t.Context(), c, hsm.Done{}); err != nil {
		t.Errorf("the connection after that: %v", err)
	}
}

func TestEveryOperationHasANumberOfItsOwn(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a number can be used twice")
		}
	}()
	define(Settle.number, "Another", (*hsm.Session).Settle)
}

func TestEveryOperationHasANameOfItsOwn(t *testing.T) {
	names := Operations()
	if len(names) != len(handlers) || len(slices.Compact(slices.Clone(names))) != len(names) || !slices.IsSorted(names) {
		t.Errorf("%d operations have the names %v", len(handlers), names)
	}
}

func TestWhoeverListensHearsOfACallBeforeItIsDone(t *testing.T) {
	var heard []string
	var asked int
	w := newWorld(t, plan{gate: func(context.Context) bool {
		asked++
		return len(heard) < 3 || heard[len(heard)-1] != "GenerateSecret"
	}, called: func(_ context.Context, operation string) bool {
		heard = append(heard, operation)
		return operation == "GenerateSecret"
	}})
	c := w.raw(t)
	c.greet()
	c.send(loginFrame(t, 1))
	c.answer()
	c.send(asking(t, 2, FindKeys, hsm.FindRequest{}))
	c.answer()
	c.send(asking(t, 3, GenerateSecret, newKey("")))
	c.closed()
	await(t, "no session is left", func() bool { return w.sessions() == 0 })
	if want := []string{"Login", "FindKeys", "GenerateSecret"}; !slices.Equal(heard, want) {
		t.Errorf("heard of %v, want %v", heard, want)
	}
	if want := 1 + 1 + 1 + 2; asked != want { // hello, two calls, and one that is asked for twice
		t.Errorf("the gate was asked %d times, want %d", asked, want)
	}
	if got := w.hsm.TokenKeys(); len(got) > 0 {
		t.Errorf("keys %v", got)
	}
}

func TestTheWelcomeSaysWhoTheHSMIs(t *testing.T) {
	w := newWorld(t, plan{})
	c := w.dial(t)
	got := c.Welcome()
	if got.HSM != "hsm-lgavqitns2a" || got.Node != 1 || got.Cluster != "cluster-igklspoyj5v" || hsm.Salt(got.Salt) != salt ||
		string(got.Certificate) != "certificate" || got.Session == 0 {
		t.Errorf("%+v", got)
	}
}
