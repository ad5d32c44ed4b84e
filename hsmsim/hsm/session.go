package hsm

import "context"

// A Session is one connection's state on the HSM: who is logged in, and the session keys, which die with it.
// The methods of a session are called one at a time.
type Session struct {
	hsm    *HSM
	handle uint32
	user   *user
	role   UserType // at the time of the login: an activated PRECO stays one until logout
	keys   map[Handle]*key
	ticket Ticket
	closed bool

	challenge []byte // for a second factor; nil when there is none
}

// NewSession opens a session, or fails with TooManySessions.
func (h *HSM) NewSession() (*Session, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.newSession()
}

// newSession opens a session; h.mu is held.
func (h *HSM) newSession() (*Session, error) {
	if len(h.sessions) >= h.options.MaxSessions {
		return nil, TooManySessions
	}
	h.lastSess++
	s := &Session{hsm: h, handle: 0x1000000 + h.lastSess*0x1000, keys: map[Handle]*key{}}
	h.sessions[s] = struct{}{}
	return s, nil
}

// Handle is the number of the session in the audit log.
func (s *Session) Handle() uint32 { return s.handle }

// Pending is the ticket to wait for before the answer of the last operation may be given away: everything
// that the operation changed or could see is durable then.
func (s *Session) Pending() Ticket { return s.ticket }

// Close ends the session as a lost connection does: session keys are gone, the user is logged out.
func (s *Session) Close() {
	h := s.hsm
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.closed {
		return
	}
	if s.user != nil {
		h.record(s, opCloseSession, Success, s.user.record.Name, s.role)
	}
	s.end()
	s.closed = true
	delete(h.sessions, s)
	h.crowdIn()
}

// end logs out and drops the session keys and tokens; h.mu is held.
func (s *Session) end() {
	for _, k := range s.keys {
		s.hsm.removeKey(k)
	}
	clear(s.keys)
	s.hsm.dropTokens(s)
	if s.user != nil {
		s.user.logins--
	}
	s.user, s.role = nil, 0
}

// change runs an operation that may change state; what it commits is the session's pending ticket. A closed
// session may do nothing: a login on it would last for ever.
func (s *Session) change(f func(h *HSM) error) error {
	s.hsm.mu.Lock()
	defer s.hsm.mu.Unlock()
	if s.closed {
		return NotAllowed
	}
	err := f(s.hsm)
	s.ticket = s.hsm.ticket
	return err
}

// read runs an operation that only reads.
func (s *Session) read(f func(h *HSM) error) error {
	s.hsm.mu.RLock()
	defer s.hsm.mu.RUnlock()
	if s.closed {
		return NotAllowed
	}
	s.ticket = s.hsm.ticket
	return f(s.hsm)
}

// require fails with NotAllowed unless one of the types is logged in.
func (s *Session) require(types ...UserType) error {
	for _, t := range types {
		if s.user != nil && s.role == t {
			return nil
		}
	}
	return NotAllowed
}

// LoginRequest names who logs in.
type LoginRequest struct {
	Type  string // as the operator wrote it
	Name  string
	Proof Proof

	Signature []byte // the second factor's answer to the session's challenge
}

// Done is the answer of operations that have nothing to tell.
type Done struct{}

// Login makes the session the user's; a session of another user is logged out by it. Five wrong passwords in
// a row lock the account until an officer sets a new one. A user with a second factor cannot log in with the
// password alone. Errors: BadUserType, UnknownUser, InvalidUserType, LoginFailure.
func (s *Session) Login(_ context.Context, r LoginRequest) (Done, error) {
	return Done{}, s.change(func(h *HSM) error {
		t, ok := ParseUserType(r.Type)
		if !ok {
			return BadUserType
		}
		err := h.login(s, t, r)
		h.record(s, opLogin, codeOf(err), r.Name, t)
		return err
	})
}

func (h *HSM) login(s *Session, t UserType, r LoginRequest) error {
	u := h.userByName(r.Name)
	switch {
	case u == nil:
		return UnknownUser
	case !u.is(t):
		return InvalidUserType
	case u.locked():
		return LoginFailure
	case !u.record.Verifier.fits(r.Proof):
		u.record.Failures++
		h.commit(userChange(u))
		return LoginFailure
	case u.record.TwoFactor && !s.answered(u.record.QuorumKey, r.Signature):
		return LoginFailure
	}
	s.challenge = nil
	if u.record.Failures > 0 {
		u.record.Failures = 0
		h.commit(userChange(u))
	}
	if s.user != u {
		h.logout(s)
		s.user = u
		u.logins++
	}
	s.role = u.record.Type
	return nil
}

// logout ends the login of a session, if there is one, and drops its keys.
func (h *HSM) logout(s *Session) {
	if s.user != nil {
		h.record(s, opLogout, Success, s.user.record.Name, s.role)
	}
	s.end()
}

// Logout ends the login and the session's keys. Logging out when nobody is logged in succeeds.
func (s *Session) Logout(context.Context, Done) (Done, error) {
	return Done{}, s.change(func(h *HSM) error {
		h.logout(s)
		return nil
	})
}

// LoginState is who is logged in on a session.
type LoginState struct {
	Type string // "" when nobody is
	Name string
}

// LoginState tells who is logged in on this session.
func (s *Session) LoginState(context.Context, Done) (LoginState, error) {
	var st LoginState
	return st, s.read(func(*HSM) error {
		st = s.loginState()
		return nil
	})
}

func (s *Session) loginState() LoginState {
	if s.user == nil {
		return LoginState{}
	}
	return LoginState{Type: s.role.String(), Name: s.user.record.Name}
}

// codeOf is the code that an operation ended with.
func codeOf(err error) Code {
	if err == nil {
		return Success
	}
	if c, ok := err.(Code); ok {
		return c
	}
	return InvalidInput
}

// Settle does nothing; its answer tells that all that the session has done before is durable.
func (s *Session) Settle(context.Context, Done) (Done, error) {
	return Done{}, s.read(func(*HSM) error { return nil })
}
