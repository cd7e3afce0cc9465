using System.Net.Http.Headers;
using System.Text;

namespace ImageSearch.Client.Images;

/// <summary>A multipart form of files and fields.</summary>
internal static class UploadForm
{
    private const int LargeBytes = 1024 * 1024;

    public static bool IsLarge(IEnumerable<UploadFile> files) => files.Sum(file => file.Length ?? LargeBytes) >= LargeBytes;

    public static MultipartFormDataContent Create(
        IReadOnlyList<UploadFile> files, IEnumerable<(string Name, string Value)> fields, IProgress<UploadProgress>? progress, Action moved)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value, Encoding.UTF8), name);
        }

        long? total = files.Any(file => file.Length is null) ? null : files.Sum(file => file.Length!.Value);
        var sent = 0L;
        foreach (var file in files)
        {
            form.Add(Part(file, bytes =>
            {
                moved();
                sent += bytes;
                progress?.Report(new UploadProgress(sent, total));
            }));
        }

        return form;
    }

    private static UploadContent Part(UploadFile file, Action<int> sent)
    {
        var part = new UploadContent(file, sent);
        // Both forms: the first for whoever knows no other, the second for all that is not ASCII.
        part.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data")
        {
            Name = "file",
            FileName =
                $"\"{string.Concat(file.Name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ' ' ? c : '_'))}\"",
            FileNameStar = file.Name,
        };
        return part;
    }
}
