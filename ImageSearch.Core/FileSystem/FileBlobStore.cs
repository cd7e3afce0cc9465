using ImageSearch.Core.Blobs;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core.FileSystem;

/// <summary>
/// Blobs as files below <c>blobs</c> in the data directory, which several processes share. A blob is written aside, flushed and renamed:
/// under its name there is nothing, or all of it.
/// </summary>
/// <remarks>Whatever the disk refuses is a <see cref="StorageException"/>.</remarks>
internal sealed class FileBlobStore(IOptions<DataOptions> options, StorageMonitor? monitor = null) : IBlobStore
{
    private const int CopyBuffer = 65_536;

    private readonly string _root = Path.Combine(options.Value.Directory, "blobs");

    /// <summary>Where blobs are written aside: on the same file system, so that a rename is atomic.</summary>
    public string Incoming => Path.Combine(_root, "incoming~");

    public Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        FromDiskAsync(() => WriteAsync(BlobPath.Of(_root, key), content, cancellationToken));

    public Task<byte[]?> GetAsync(string key, CancellationToken cancellationToken) => FromDiskAsync(async () =>
    {
        await using var stream = Open(key);
        if (stream is null)
        {
            return null;
        }

        var content = GC.AllocateUninitializedArray<byte>(checked((int)stream.Length));
        await stream.ReadExactlyAsync(content, cancellationToken);
        return content;
    });

    public Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken) =>
        FromDiskAsync(() => Task.FromResult<Stream?>(Open(key)));

    public Task<bool> ExistsAsync(string key, CancellationToken cancellationToken) => Task.FromResult(File.Exists(BlobPath.Of(_root, key)));

    public Task<bool> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        var path = BlobPath.Of(_root, key);
        return FromDiskAsync(() => Task.Run(() => Delete(path), cancellationToken));
    }

    /// <summary>Creates the store's own directories: what is wrong with them is found before the first blob comes.</summary>
    public void Create() => DirectoryFlush.Create(Incoming);

    private async Task<bool> WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var aside = Path.Combine(Incoming, Guid.NewGuid().ToString("N"));
        // Flushing blocks for as long as the disk takes: not on the caller's thread.
        await Task.Run(() => Prepare(path), cancellationToken);
        try
        {
            using (var file = File.OpenHandle(aside, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.Asynchronous))
            {
                await RandomAccess.WriteAsync(file, content, 0, cancellationToken);
                await Task.Run(() => RandomAccess.FlushToDisk(file), cancellationToken);
            }

            await Task.Run(() => Publish(aside, path), CancellationToken.None);
            return true;
        }
        catch
        {
            File.Delete(aside);
            throw;
        }
    }

    /// <summary>Removes what writers that were killed left behind. Live ones are never older than <paramref name="age"/>.</summary>
    /// <returns>Files removed.</returns>
    public int Sweep(TimeSpan age, TimeProvider clock)
    {
        if (!Directory.Exists(Incoming))
        {
            return 0;
        }

        var removed = 0;
        var before = clock.GetUtcNow().UtcDateTime - age;
        foreach (var file in Directory.EnumerateFiles(Incoming))
        {
            // One that vanishes meanwhile was renamed, or another process sweeps too: its time reads as 1601, and deleting nothing is no
            // error.
            if (File.GetLastWriteTimeUtc(file) < before)
            {
                File.Delete(file);
                removed++;
            }
        }

        return removed;
    }

    private async Task<T> FromDiskAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (Find(e) is { } failure)
        {
            throw failure;
        }
    }

    private StorageException? Find(Exception exception) =>
        monitor is null ? StorageFaults.Find(exception, options.Value.Directory) : monitor.Find(exception);

    private void Prepare(string path)
    {
        Create();
        DirectoryFlush.Create(Path.GetDirectoryName(path)!);
    }

    private static void Publish(string aside, string path)
    {
        File.Move(aside, path, overwrite: true);
        DirectoryFlush.Flush(Path.GetDirectoryName(path)!);
    }

    private static bool Delete(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        File.Delete(path);
        DirectoryFlush.Flush(Path.GetDirectoryName(path)!);
        return true;
    }

    private FileStream? Open(string key)
    {
        var path = BlobPath.Of(_root, key);
        try
        {
            // Deleting or replacing a blob does not disturb those that read it.
            return new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, CopyBuffer,
                FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException e) when (Directory.Exists(path))
        {
            // The fault of this one blob, not of the disk: work on it must not wait for the disk to get well.
            throw new InvalidDataException("A directory lies where the blob should be.", e);
        }
    }
}
