package hsm

// SetCrowded lets somebody have all sessions of the HSM that are free, and each that becomes free, as an application
// does that opens sessions and closes none; or gives them all back.
func (h *HSM) SetCrowded(crowded bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.crowded = crowded
	if crowded {
		h.crowdIn()
		return
	}
	for _, s := range h.crowd {
		s.closed = true
		delete(h.sessions, s)
	}
	h.crowd = nil
}

// crowdIn takes what sessions are free for the crowd; h.mu is held.
func (h *HSM) crowdIn() {
	for h.crowded {
		s, err := h.newSession()
		if err != nil {
			return
		}
		h.crowd = append(h.crowd, s)
	}
}
