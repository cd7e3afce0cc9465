using Microsoft.Extensions.Options;

namespace ImageSearch.Ingest;

/// <summary>What no attribute can say; its errors are reported together with those of the attributes.</summary>
internal sealed class IngestOptionsValidator : IValidateOptions<IngestOptions>
{
    public ValidateOptionsResult Validate(string? name, IngestOptions options)
    {
        var errors = new List<string>();
        for (var i = 0; i < options.FolderRoots.Count; i++)
        {
            var root = options.FolderRoots[i];
            if (!Path.IsPathFullyQualified(root))
            {
                errors.Add($"Ingest:FolderRoots:{i}: '{root}' is not an absolute path.");
            }
            else if (!Directory.Exists(root))
            {
                errors.Add($"Ingest:FolderRoots:{i}: '{root}' is not an existing folder.");
            }
        }

        // One missed save must not cost the lease.
        if (options.ImportLease < 2 * options.ImportSaveInterval)
        {
            errors.Add("Ingest:ImportLease must be at least twice Ingest:ImportSaveInterval.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
