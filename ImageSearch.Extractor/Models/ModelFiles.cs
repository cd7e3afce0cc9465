using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using ImageSearch.Core;
using Microsoft.Extensions.Options;

namespace ImageSearch.Extractor.Models;

/// <summary>Finds the files of a model: on disk where they are declared as paths, fetched once and kept where they are URLs.</summary>
internal sealed class ModelFiles(
    IHttpClientFactory clients, IOptions<ModelOptions> model, IOptions<DataOptions> data, ILogger<ModelFiles> logger)
{
    public const string Client = "model-source";

    private const long MaximumLabelBytes = 4_000_000;
    private const long MaximumTextBytes = 100_000_000;

    /// <returns>Path of the ONNX file, its checksum checked where one is declared.</returns>
    /// <exception cref="ModelException">It is not there, cannot be fetched, or is another file than the declared one.</exception>
    public Task<string> GetModelAsync(CancellationToken cancellationToken) =>
        GetAsync(model.Value.Source, model.Value.Sha256, model.Value.MaximumBytes, "model", cancellationToken);

    /// <returns>The labels, or none where none are declared.</returns>
    /// <exception cref="ModelException">The file is not there or cannot be fetched.</exception>
    public async Task<IReadOnlyList<string>> GetLabelsAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(model.Value.Output.Labels))
        {
            return [];
        }

        var path = await GetAsync(model.Value.Output.Labels, null, MaximumLabelBytes, "labels file", cancellationToken);
        return [.. (await File.ReadAllLinesAsync(path, cancellationToken)).Select(line => line.Trim()).Where(line => line.Length > 0)];
    }

    /// <returns>The files of the text encoder; null where none is declared.</returns>
    /// <exception cref="ModelException">A file is not there, cannot be fetched, or is another one than the declared.</exception>
    public async Task<TextFiles?> GetTextAsync(CancellationToken cancellationToken)
    {
        return model.Value.Text is { } text
            ? new TextFiles(
                await GetAsync(text.Source, text.Sha256, model.Value.MaximumBytes, "text encoder", cancellationToken),
                await GetAsync(text.Vocabulary, null, MaximumTextBytes, "vocabulary", cancellationToken),
                await GetIfAsync(text.Merges, "merges file"),
                await GetIfAsync(text.Head, "head of the text encoder"))
            : null;

        async Task<string?> GetIfAsync(string? source, string what) =>
            string.IsNullOrEmpty(source) ? null : await GetAsync(source, null, MaximumTextBytes, what, cancellationToken);
    }

    private async Task<string> GetAsync(string source, string? sha256, long maximum, string what, CancellationToken cancellationToken)
    {
        if (!ModelDeclaration.IsUrl(source))
        {
            return await CheckAsync(Path.GetFullPath(source, AppContext.BaseDirectory), source, sha256, what, cancellationToken);
        }

        // A file with a checksum is the same whatever its address; one without is what its address gave first.
        var key = sha256?.ToLowerInvariant() ?? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)));
        var directory = Path.Combine(data.Value.Directory, "models");
        var cached = Path.Combine(directory, key);
        if (File.Exists(cached) && (sha256 is null || await HashAsync(cached, cancellationToken) == key))
        {
            Log.ModelFileReused(logger, what);
            return cached;
        }

        var aside = Path.Combine(directory, $"{key}.{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(directory);
            await DownloadAsync(new Uri(source), aside, sha256, maximum, what, cancellationToken);
            File.Move(aside, cached, overwrite: true);
            return cached;
        }
        catch (Exception e) when (StorageException.MeansNoRoom(e))
        {
            throw new BackendUnavailableException(
                $"The {what} cannot be kept, for the disk of the data directory is full: free space on it.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"The {what} cannot be kept in the data directory: {e.Message}");
        }
        finally
        {
            if (File.Exists(aside))
            {
                File.Delete(aside);
            }
        }
    }

    private static async Task<string> CheckAsync(
        string path, string source, string? sha256, string what, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new ModelException($"The {what} '{source}' does not exist.");
        }

        try
        {
            if (string.IsNullOrEmpty(sha256))
            {
                return path;
            }

            var hash = await HashAsync(path, cancellationToken);
            return hash.Equals(sha256, StringComparison.OrdinalIgnoreCase) ? path : throw WrongChecksum(source, hash, sha256, what);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"The {what} '{source}' cannot be read: {e.Message}");
        }
    }

    private async Task DownloadAsync(
        Uri source, string path, string? sha256, long maximum, string what, CancellationToken cancellationToken)
    {
        Log.ModelFileFetching(logger, what, source.Host);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(model.Value.DownloadTimeout);
        try
        {
            using var client = clients.CreateClient(Client);
            using var response = await client.GetAsync(source, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw new ModelException(
                    $"The {what} cannot be fetched from {source}: the server answered {(int)response.StatusCode}.", passes: true);
            }

            using var content = await response.Content.ReadAsStreamAsync(deadline.Token);
            var hash = await CopyAsync(content, path, maximum, deadline.Token)
                ?? throw new ModelException($"The {what} at {source} has more than {maximum:N0} bytes.");
            if (!string.IsNullOrEmpty(sha256) && !hash.Equals(sha256, StringComparison.OrdinalIgnoreCase))
            {
                throw WrongChecksum(source.ToString(), hash, sha256, what);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ModelException($"The {what} could not be fetched from {source} within {model.Value.DownloadTimeout}.", passes: true);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException && !StorageException.MeansNoRoom(e))
        {
            throw new ModelException($"The {what} cannot be fetched from {source}: {e.Message}", passes: true);
        }
    }

    /// <returns>The checksum of what was written; null when it is too long.</returns>
    private static async Task<string?> CopyAsync(Stream from, string path, long maximum, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 17);
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            for (var total = 0L; ;)
            {
                var read = await from.ReadAsync(buffer, cancellationToken);
                if (read == 0)
                {
                    file.Flush(flushToDisk: true);
                    return Convert.ToHexStringLower(hash.GetHashAndReset());
                }

                if ((total += read) > maximum)
                {
                    return null;
                }

                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }

    private static ModelException WrongChecksum(string source, string hash, string declared, string what) =>
        new($"The {what} '{source}' has the SHA-256 {hash}, not the declared {declared.ToLowerInvariant()}: it is another file, or damaged.");
}
