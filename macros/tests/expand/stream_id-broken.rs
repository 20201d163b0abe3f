struct Pair(String, u64);
