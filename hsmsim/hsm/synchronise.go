package hsm

// The methods here are the service's own way to the keys of an HSM, for server-side synchronisation and
// backups. They leave nothing in the audit log, as on the original.

// TokenKeys lists the handles of all token keys that are not tombstoned, by slot.
func (h *HSM) TokenKeys() []Handle {
	h.mu.RLock()
	defer h.mu.RUnlock()
	list := make([]Handle, 0, len(h.order))
	for _, k := range h.order {
		if k.session == nil && !k.Tombstoned {
			list = append(list, k.Handle)
		}
	}
	return list
}

// CloneOut gives the masked object of a token key, nil where it is not here any more.
func (h *HSM) CloneOut(handle Handle) []byte {
	h.mu.RLock()
	defer h.mu.RUnlock()
	k := h.keys[handle]
	if k == nil || k.session != nil || k.Tombstoned {
		return nil
	}
	return h.masker.sealKey(k)
}

// CloneIn makes the key of a masked object under its own handle. Errors: as InsertMasked.
func (h *HSM) CloneIn(object []byte) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	k, err := h.openKey(object)
	if err == nil {
		_, err = h.insertMasked(k, true)
	}
	return err
}

// SweepTombstones removes the keys that clients have marked for removal and tells how many there were.
func (h *HSM) SweepTombstones() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	var marked []*key
	for _, k := range h.order {
		if k.Tombstoned {
			marked = append(marked, k)
		}
	}
	for _, k := range marked {
		h.destroy(k)
	}
	return len(marked)
}

// Status is what an overview of the lab shows of an HSM.
type Status struct {
	Partition Partition
	Users     []UserInfo
	LoggedIn  []string // names of users with a login on any session
}

// Status tells how the HSM stands.
func (h *HSM) Status() Status {
	h.mu.RLock()
	defer h.mu.RUnlock()
	s := Status{Partition: h.partition(), Users: h.userInfos()}
	for _, u := range h.sortedUsers() {
		if u.logins > 0 {
			s.LoggedIn = append(s.LoggedIn, u.record.Name)
		}
	}
	return s
}

// LastChange is the ticket of the HSM's last change: while it stays the same, so does the HSM.
func (h *HSM) LastChange() Ticket {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.ticket
}

// Activated reports whether the HSM has an officer.
func (h *HSM) Activated() bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.officers() > 0
}
