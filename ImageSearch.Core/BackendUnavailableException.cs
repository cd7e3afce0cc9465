namespace ImageSearch.Core;

/// <summary>
/// What this system stands on, a server or a disk, cannot be used now: its message says which, where, and what to do. The cause may pass.
/// </summary>
public class BackendUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>False when the server is there and refuses just this call: asking again gives the same answer.</summary>
    public virtual bool MayPass => true;

    /// <summary>There is no room to write: reading goes on, and deleting helps.</summary>
    public virtual bool IsFull => false;
}
