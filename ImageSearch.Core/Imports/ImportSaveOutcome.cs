namespace ImageSearch.Core.Imports;

/// <summary>Whether a worker that saved its progress is to go on.</summary>
public enum ImportSaveOutcome
{
    /// <summary>Go on.</summary>
    Saved,

    /// <summary>Saved, and the import has been cancelled: stop, save what was in work, and release it.</summary>
    Cancelled,

    /// <summary>Not saved: another worker took the lease over. Stop.</summary>
    LeaseLost,
}
