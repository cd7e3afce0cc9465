using ImageSearch.Core.Imports;

namespace ImageSearch.Ingest.ImportJobs;

/// <summary>How far an import has come: counts and position move together, so that what is saved is always consistent.</summary>
internal sealed class ImportProgress(ImportRecord import, TimeProvider time)
{
    public const int MaximumProblems = 1000;

    private readonly ImportRate _rate = new(import.Position, time);
    private readonly List<ImportProblem> _problems = [.. import.Problems ?? []];
    private ImportRecord _import = import;

    /// <summary>Sources settled since the last snapshot.</summary>
    public int Unsaved { get; private set; }

    public long Position => _import.Position;

    public string? Last => _import.Last;

    public void Listed(long total) => _import = _import with { Total = total };

    /// <param name="path">The source's, of a folder import.</param>
    public void Settle(SourceOutcome outcome, string? path)
    {
        _import = outcome.State switch
        {
            UploadState.Accepted => _import with { Position = _import.Position + 1, Accepted = _import.Accepted + 1 },
            UploadState.Duplicate => _import with { Position = _import.Position + 1, Duplicate = _import.Duplicate + 1 },
            _ => _import with { Position = _import.Position + 1, Rejected = _import.Rejected + 1 },
        };
        _import = _import with { Last = path };
        Unsaved++;
        if (outcome.Reason is { } reason)
        {
            AddProblem(new ImportProblem(outcome.Source, reason));
        }
    }

    public void AddProblem(ImportProblem problem)
    {
        if (_problems.Count < MaximumProblems)
        {
            _problems.Add(problem);
        }
    }

    /// <summary>Everything is settled. A folder may hold more or less by now than when it was listed: what was settled counts.</summary>
    public void Finish() => _import = _import with { Done = true, Total = _import.Position };

    public ImportRecord Snapshot()
    {
        Unsaved = 0;
        return _import with { Problems = [.. _problems], Rate = _rate.Sample(_import.Position) };
    }
}
