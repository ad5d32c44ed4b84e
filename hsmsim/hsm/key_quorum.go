package hsm

// mayUse fails with QuorumMissing where each cryptographic use of a key needs approvals that are not there.
func (h *HSM) mayUse(_ *Session, k *key) error {
	if k.MValue > 1 {
		return QuorumMissing
	}
	return nil
}

// mayManage is mayUse for taking a key out of the HSM.
func (h *HSM) mayManage(_ *Session, k *key) error {
	if k.MValue > 1 {
		return QuorumMissing
	}
	return nil
}
