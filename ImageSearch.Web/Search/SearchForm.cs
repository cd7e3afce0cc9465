using System.Text;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace ImageSearch.Web.Search;

/// <summary>A search's multipart form: one file and text fields, read as a stream so that the limits hold while bytes arrive.</summary>
internal sealed record SearchForm(ReadOnlyMemory<byte> File, IReadOnlyDictionary<string, string> Fields)
{
    private const int MaximumFieldBytes = 4096;
    private const int MaximumSections = 20;
    private const int MaximumBoundaryLength = 100;

    /// <exception cref="ProblemException">The form is malformed, has no file or more than one, or the file is too large.</exception>
    public static async Task<SearchForm> ReadAsync(Stream body, MediaTypeHeaderValue type, long maximumBytes, CancellationToken cancellationToken)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > MaximumBoundaryLength)
        {
            throw Problem.InvalidRequest("The content type multipart/form-data needs a boundary of at most 100 characters.");
        }

        try
        {
            return await ReadSectionsAsync(new MultipartReader(boundary, body), maximumBytes, cancellationToken);
        }
        catch (Exception e) when (e is IOException and not BadHttpRequestException or InvalidDataException)
        {
            throw Problem.InvalidRequest("The form is cut off or not valid multipart/form-data.", e);
        }
    }

    private static async Task<SearchForm> ReadSectionsAsync(MultipartReader reader, long maximumBytes, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? file = null;
        var fields = new Dictionary<string, string>();
        for (var sections = 0; await reader.ReadNextSectionAsync(cancellationToken) is { } section; sections++)
        {
            var name = Name(section);
            if (sections == MaximumSections)
            {
                throw Problem.InvalidRequest($"The form has more than {MaximumSections} parts.");
            }

            if (name == "file")
            {
                file = file is null
                    ? await ReadAsync(section.Body, maximumBytes, cancellationToken) ?? throw Problem.TooLarge(maximumBytes)
                    : throw Problem.InvalidRequest("The form has more than one file. Search by one picture at a time.");
            }
            else if (SearchParametersReader.Names.Contains(name))
            {
                var text = await ReadAsync(section.Body, MaximumFieldBytes, cancellationToken)
                    ?? throw Problem.InvalidParameter(name, $"{name} is too long.");
                fields[name] = Encoding.UTF8.GetString(text.Span);
            }
            else
            {
                throw Problem.InvalidRequest($"The form has a part that no search has; it may have: file, {string.Join(", ", SearchParametersReader.Names)}.");
            }
        }

        return file is { Length: > 0 } content
            ? new SearchForm(content, fields)
            : throw Problem.InvalidRequest(file is null ? "The form has no picture: add a part named file." : "The file is empty.");
    }

    private static string Name(MultipartSection section) =>
        ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
            ? HeaderUtilities.RemoveQuotes(disposition.Name).ToString()
            : "";

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(Stream body, long maximumBytes, CancellationToken cancellationToken)
    {
        var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (content.Length + read > maximumBytes)
            {
                return null;
            }

            content.Write(buffer, 0, read);
        }

        return content.GetBuffer().AsMemory(0, (int)content.Length);
    }
}
