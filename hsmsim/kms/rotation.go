package kms

func (s *Service) rotateOnSchedule(k *key) {}
