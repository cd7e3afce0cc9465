using System.Buffers.Text;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ImageSearch.Core.Models;
using ImageSearch.Web.Relevance;

namespace ImageSearch.Web.Search;

/// <summary>
/// Cursors as text: base64url of a binary form with a check sum. Nothing in it is secret or trusted: it says what a client may ask for
/// anyway, and is checked like parameters are; the sum tells a cursor that was cut off or mistyped from one of another kind.
/// </summary>
internal static class SearchCursorText
{
    private const byte Format = 1;
    private const int SumBytes = 8;
    private const int MaximumExcluded = 64;

    /// <summary>Characters of a cursor that every answer carries. A longer one holds a vector, and is given only on request.</summary>
    public const int LongestUnasked = 512;

    private const double Micro = 1e6;

    [Flags]
    private enum Has : byte
    {
        None = 0,
        Picture = 1,
        Vector = 2,
        Calibration = 4,
        MinScore = 8,
        Tag = 16,
        Crop = 32,
        Group = 64,
        Relevant = 128,
    }

    public static string Write(SearchCursor cursor)
    {
        var buffer = new MemoryStream(256 + (cursor.Vector?.Length ?? 0));
        using var writer = new BinaryWriter(buffer);
        writer.Write(Format);
        writer.Write(cursor.Model.Name);
        writer.Write(cursor.Model.Version);
        var parameters = cursor.Parameters;
        writer.Write((byte)Members(cursor));
        writer.Write7BitEncodedInt(parameters.K);
        writer.Write7BitEncodedInt(parameters.Ef ?? 0);
        writer.Write7BitEncodedInt(cursor.Given);
        writer.Write((int)Math.Round(cursor.After.Score * Micro));
        Write(writer, cursor.After.Id);
        if (parameters.MinScore is { } minScore)
        {
            writer.Write(minScore);
        }

        if (parameters.Tag is { } tag)
        {
            writer.Write(tag);
        }

        if (parameters.Crop is { } crop)
        {
            writer.Write(crop.ToString());
        }

        if (cursor.Calibration is { } calibration)
        {
            writer.Write(calibration.Unrelated);
            writer.Write(calibration.CutOff);
            writer.Write(calibration.SamePicture);
            writer.Write(calibration.Samples);
        }

        if (cursor.Picture is { } picture)
        {
            Write(writer, picture);
        }

        writer.Write7BitEncodedInt(cursor.Excluded.Count);
        foreach (var id in cursor.Excluded)
        {
            Write(writer, id);
        }

        if (cursor.Vector is { } vector)
        {
            writer.Write7BitEncodedInt(vector.Length);
            writer.Write(vector);
            writer.Write(cursor.Fingerprint ?? []);
        }

        writer.Flush();
        writer.Write(Sum(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
        return Base64Url.EncodeToString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <returns>Null when it is no cursor of this service.</returns>
    public static SearchCursor? Read(string text, SearchOptions options)
    {
        try
        {
            var bytes = Base64Url.DecodeFromChars(text);
            return bytes.Length > SumBytes
                && Sum(bytes.AsSpan(0, bytes.Length - SumBytes)).AsSpan().SequenceEqual(bytes.AsSpan(bytes.Length - SumBytes))
                ? Checked(Read(new BinaryReader(new MemoryStream(bytes, 0, bytes.Length - SumBytes))), options)
                : null;
        }
        catch (Exception e) when (e is FormatException or IOException or ArgumentException)
        {
            return null;
        }
    }

    private static Has Members(SearchCursor cursor) =>
        (cursor.Picture is null ? Has.None : Has.Picture)
        | (cursor.Vector is null ? Has.None : Has.Vector)
        | (cursor.Calibration is null ? Has.None : Has.Calibration)
        | (cursor.Parameters.MinScore is null ? Has.None : Has.MinScore)
        | (cursor.Parameters.Tag is null ? Has.None : Has.Tag)
        | (cursor.Parameters.Crop is null ? Has.None : Has.Crop)
        | (cursor.Parameters.Group ? Has.Group : Has.None)
        | (cursor.Parameters.Relevant ? Has.Relevant : Has.None);

    private static SearchCursor? Read(BinaryReader reader)
    {
        if (reader.ReadByte() != Format)
        {
            return null;
        }

        var model = new ModelKey(reader.ReadString(), reader.ReadString());
        var has = (Has)reader.ReadByte();
        var (k, ef, given) = (reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt());
        var after = new RankPosition(Math.Round(reader.ReadInt32() / Micro, 6), ReadId(reader));
        double? minScore = has.HasFlag(Has.MinScore) ? reader.ReadDouble() : null;
        var tag = has.HasFlag(Has.Tag) ? reader.ReadString() : null;
        CropRectangle? crop = null;
        if (has.HasFlag(Has.Crop))
        {
            crop = CropRectangle.TryParse(reader.ReadString(), out var rectangle) ? rectangle : throw new FormatException();
        }

        var calibration = has.HasFlag(Has.Calibration)
            ? new Calibration(reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadInt64())
            : null;
        ImageId? picture = has.HasFlag(Has.Picture) ? ReadId(reader) : null;
        var excluded = new ImageId[Count(reader.Read7BitEncodedInt(), MaximumExcluded)];
        for (var i = 0; i < excluded.Length; i++)
        {
            excluded[i] = ReadId(reader);
        }

        var vector = has.HasFlag(Has.Vector) ? reader.ReadBytes(Count(reader.Read7BitEncodedInt(), (int)reader.BaseStream.Length)) : null;
        // What is left: cursors of an earlier version end here.
        var fingerprint = reader.ReadBytes((int)(reader.BaseStream.Length - reader.BaseStream.Position));
        var parameters = new SearchParameters(
            // who goes on asks for it
            k, model.Name, minScore, tag, crop, ef == 0 ? null : ef, has.HasFlag(Has.Group), has.HasFlag(Has.Relevant), Next: true);
        return new SearchCursor(model, parameters, picture, vector, excluded, calibration, after, given) { Fingerprint = fingerprint is [] ? null : fingerprint };
    }

    /// <summary>What parameters have to be, wherever they come from.</summary>
    private static SearchCursor? Checked(SearchCursor? cursor, SearchOptions options)
    {
        if (cursor is not { Parameters: var parameters, Calibration: var calibration })
        {
            return null;
        }

        var isSound = parameters.K >= 1 && parameters.K <= options.MaximumResults
            && (parameters.Ef is null || (parameters.Ef >= 1 && parameters.Ef <= options.MaximumEf))
            && parameters.MinScore is null or (>= -1 and <= 1)
            && (parameters.Tag is null || parameters.Tag.Length is > 0 and <= SearchParametersReader.MaximumTagLength)
            && (calibration is null || (calibration.Unrelated < calibration.CutOff && calibration.CutOff < calibration.SamePicture
                && calibration is { Unrelated: >= -1, SamePicture: <= 1, Samples: >= 0 }))
            && cursor.Given >= 1 && cursor.Given < options.MaximumDepth
            && (cursor.Vector is not null || cursor.Picture is not null)
            && (cursor.Vector is null || IsVector(cursor.Vector));
        return isSound ? cursor : null;
    }

    private static bool IsVector(byte[] bytes) =>
        bytes.Length % sizeof(float) == 0
            && TensorPrimitives.Norm(MemoryMarshal.Cast<byte, float>(bytes)) is > 0 and < float.PositiveInfinity;

    private static int Count(int count, int maximum) => count >= 0 && count <= maximum ? count : throw new FormatException();

    private static void Write(BinaryWriter writer, ImageId id)
    {
        Span<byte> bytes = stackalloc byte[ImageId.Size];
        id.CopyTo(bytes);
        writer.Write(bytes);
    }

    private static ImageId ReadId(BinaryReader reader)
    {
        Span<byte> bytes = stackalloc byte[ImageId.Size];
        reader.BaseStream.ReadExactly(bytes);
        return new ImageId(bytes);
    }

    private static byte[] Sum(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes)[..SumBytes];
}

/// <summary>
/// A search and how far its results were given: all it takes to go on, without the picture and without memory of it here.
/// </summary>
/// <param name="Model">Model that answered: another one's scores are others.</param>
/// <param name="Parameters">As they were asked for.</param>
/// <param name="Picture">The picture that is searched by; null when there are several.</param>
/// <param name="Vector">float32 little-endian; null: the one that the store has of <paramref name="Picture"/>.</param>
/// <param name="Excluded">Pictures that are no results.</param>
/// <param name="Calibration">What judged the results before: those of one search are judged alike.</param>
/// <param name="After">The last result that was given.</param>
/// <param name="Given">How many were.</param>
internal sealed record SearchCursor(
    ModelKey Model,
    SearchParameters Parameters,
    ImageId? Picture,
    byte[]? Vector,
    IReadOnlyList<ImageId> Excluded,
    Calibration? Calibration,
    RankPosition After,
    int Given)
{
    /// <summary>Bytes of the fingerprint that goes with <see cref="Vector"/>; null when there is none.</summary>
    public byte[]? Fingerprint { get; init; }
}
