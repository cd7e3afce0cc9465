namespace ImageSearch.Core.Imports;

/// <summary>Keeps imports. One worker works on an import at a time: the one that holds its lease.</summary>
public interface IImportStore
{
    Task AddAsync(ImportRecord import, CancellationToken cancellationToken);

    Task<ImportRecord?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Takes the oldest import that is not done and not leased; null when there is none.</summary>
    Task<ImportRecord?> LeaseAsync(string worker, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Saves progress and extends the lease; a finished import's lease ends.</summary>
    /// <returns>False when another worker took the lease over: stop working on it.</returns>
    Task<bool> SaveAsync(ImportRecord import, string worker, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Gives the lease back at once (shutdown).</summary>
    Task ReleaseAsync(string id, string worker, CancellationToken cancellationToken);
}
