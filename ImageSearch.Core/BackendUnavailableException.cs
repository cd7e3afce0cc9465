namespace ImageSearch.Core;

/// <summary>A server that this system stands on cannot be used now: its message says which, where, and what to do. The cause may pass.</summary>
public class BackendUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>False when the server is there and refuses just this call: asking again gives the same answer.</summary>
    public virtual bool MayPass => true;
}
