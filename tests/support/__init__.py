"""What tests of every layer share: throwaway servers."""
