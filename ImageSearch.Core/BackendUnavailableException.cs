namespace ImageSearch.Core;

/// <summary>A server that this system stands on cannot be used now: its message says which, where, and what to do. The cause may pass.</summary>
public class BackendUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
