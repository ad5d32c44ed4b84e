package kms

// CutShort leaves a custom key store as a rotation of kmsuser's password does that ended in the middle: some HSMs may
// have the next password already.
func (s *Service) CutShort(region, id, next string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.regions[region].stores[id]
	st.Next = next
	s.putStore(st)
}
