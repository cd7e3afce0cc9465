namespace ImageSearch.Core.Imports;

/// <summary>Keeps imports. One worker works on an import at a time: the one that holds its lease.</summary>
public interface IImportStore
{
    Task AddAsync(ImportRecord import, CancellationToken cancellationToken);

    /// <returns>The import with at most the first of its URLs: who looks on has no use for ten thousand.</returns>
    Task<ImportRecord?> FindAsync(string id, CancellationToken cancellationToken);

    /// <returns>The imports that were added last, newest first, with at most the first of their URLs and without problems.</returns>
    Task<IReadOnlyList<ImportRecord>> ListAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Takes the oldest import that is not done, not cancelled and not leased; null when there is none.</summary>
    Task<ImportRecord?> LeaseAsync(string worker, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Saves progress and extends the lease; a finished import's lease ends. One that is done stays done.</summary>
    Task<ImportSaveOutcome> SaveAsync(ImportRecord import, string worker, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Gives the lease back at once (shutdown).</summary>
    Task ReleaseAsync(string id, string worker, CancellationToken cancellationToken);

    /// <summary>Stops an import: its worker hears of it when it saves next. One that is done stays as it is.</summary>
    /// <returns>The import as <see cref="FindAsync"/> has it, or null when there is none.</returns>
    Task<ImportRecord?> CancelAsync(string id, CancellationToken cancellationToken);

    /// <summary>Lets a cancelled import go on from where it stopped.</summary>
    /// <inheritdoc cref="CancelAsync" path="/returns"/>
    Task<ImportRecord?> ResumeAsync(string id, CancellationToken cancellationToken);
}

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
