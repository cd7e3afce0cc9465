using System.Buffers.Binary;
using System.Globalization;
using NetVips;

namespace ImageSearch.Core.Imaging;

/// <summary>
/// Chooses the picture of a TIFF: its first directory, unless that says to be a reduced copy, as camera raws and some scanners begin. Then
/// the first one that does not, of the chain or of the directories below it.
/// </summary>
/// <remarks>
/// Adobe TIFF 6.0, Supplement 1 (SubIFDs) and BigTIFF. What cannot be followed is left to the decoder, which will say so.
/// </remarks>
internal static class TiffDirectories
{
    private const int MaximumDirectories = 1000;

    private enum Tag : ushort
    {
        NewSubfileType = 254,
        SubfileType = 255,
        Compression = 259,
        Photometric = 262,
        SubDirectories = 330,
    }

    /// <returns>Options of the loader; none for the first directory.</returns>
    /// <exception cref="InvalidImageException">
    /// The picture is a camera raw, of a compression that the decoder has not, or not there.
    /// </exception>
    public static VOption ChoosePicture(ReadOnlySpan<byte> file)
    {
        var reader = new Reader(file);
        if (reader.Read(reader.First) is not { } first)
        {
            return [];
        }

        if (!first.Reduced)
        {
            return Supported(first, []);
        }

        var page = 0;
        Directory? next = first;
        while (next is { } directory && page < MaximumDirectories)
        {
            if (!directory.Reduced)
            {
                return Supported(directory, new VOption { { "page", page } });
            }

            for (var i = 0; i < directory.Below.Length; i++)
            {
                if (reader.Read(directory.Below[i]) is { Reduced: false } below)
                {
                    return Supported(below, new VOption { { "page", page }, { "subifd", i } });
                }
            }

            next = reader.Read(directory.Next);
            page++;
        }

        throw ImageProblems.ReducedCopyOnly();
    }

    private static VOption Supported(Directory directory, VOption options)
    {
        // Colour filter array, linear raw: what a sensor saw, before it is developed to a picture.
        if (directory.Photometric is 32803 or 34892)
        {
            throw ImageProblems.CameraRaw();
        }

        return Unsupported(directory.Compression) is { } name ? throw ImageProblems.UnsupportedCompression(name) : options;
    }

    /// <returns>The name of a compression that the decoder has not; null for one that it has.</returns>
    private static string? Unsupported(int compression) => compression switch
    {
        // Without a tag or with its default: none. CCITT, LZW, JPEG, Deflate, PackBits, ThunderScan, NeXT, PixarLog, SGI LogLuv.
        0 or (>= 1 and <= 8) or 32766 or 32771 or 32773 or 32809 or 32909 or 32946 or 34676 or 34677 => null,
        9 or 10 or 34661 => "JBIG",
        32767 => "Sony ARW",
        32908 => "Pixar film (RLE)",
        33003 or 33005 or 34712 => "JPEG 2000",
        34713 => "Nikon NEF",
        34887 => "LERC",
        34892 => "lossy JPEG (DNG)",
        34925 => "LZMA",
        34933 or 48124 => "PNG",
        34934 => "JPEG XR",
        50000 => "Zstandard",
        50001 => "WebP",
        50002 or 52546 => "JPEG XL",
        65000 => "Kodak DCR",
        65535 => "Pentax PEF",
        _ => string.Create(CultureInfo.InvariantCulture, $"compression {compression}"),
    };

    private readonly record struct Directory(bool Reduced, int Compression, int Photometric, ulong[] Below, ulong Next);

    private readonly ref struct Reader
    {
        private readonly ReadOnlySpan<byte> _file;
        private readonly bool _little;
        private readonly bool _big;

        public Reader(ReadOnlySpan<byte> file)
        {
            _file = file;
            _little = file[0] == 'I';
            _big = file[_little ? 2 : 3] == 43;
            First = _big ? Number(8, 8) : Number(4, 4);
        }

        /// <summary>Where the first directory is.</summary>
        public ulong First { get; }

        private int OffsetSize => _big ? 8 : 4;

        /// <returns>Null where there is none, or none that can be read.</returns>
        public Directory? Read(ulong offset)
        {
            var (countSize, entrySize) = _big ? (8, 20) : (2, 12);
            if (offset == 0 || offset > (ulong)Math.Max(0, _file.Length - countSize))
            {
                return null;
            }

            var at = (int)offset + countSize;
            var entries = Number((int)offset, countSize);
            if (entries > (ulong)(_file.Length - at) / (ulong)entrySize)
            {
                return null;
            }

            var (reduced, compression, photometric) = (false, 0, -1);
            ulong[] below = [];
            for (var i = 0; i < (int)entries; i++, at += entrySize)
            {
                switch ((Tag)Number(at, 2))
                {
                    // Bit 0: a reduced copy; bit 2: a transparency mask.
                    case Tag.NewSubfileType:
                        reduced |= (Value(at) & 5) != 0;
                        break;
                    case Tag.SubfileType:
                        reduced |= Value(at) == 2;
                        break;
                    case Tag.Compression:
                        compression = (int)(Value(at) & 0xFFFF);
                        break;
                    case Tag.Photometric:
                        photometric = (int)(Value(at) & 0xFFFF);
                        break;
                    case Tag.SubDirectories:
                        below = Offsets(at);
                        break;
                }
            }

            return new Directory(reduced, compression, photometric, below, Number(at, OffsetSize));
        }

        /// <summary>The first value of an entry: its size is 2 bytes for type 3 (SHORT), and 4 for the others that are looked at.</summary>
        private ulong Value(int entry) => Number(entry + 4 + OffsetSize, Number(entry + 2, 2) == 3 ? 2 : 4);

        private ulong[] Offsets(int entry)
        {
            // 4 LONG, 13 IFD; 16 LONG8, 18 IFD8.
            var size = Number(entry + 2, 2) is 16 or 18 ? 8 : 4;
            var count = (int)Math.Min(Number(entry + 4, OffsetSize), MaximumDirectories);
            var at = count * size <= OffsetSize ? (ulong)(entry + 4 + OffsetSize) : Number(entry + 4 + OffsetSize, OffsetSize);
            var offsets = new ulong[count];
            for (var i = 0; i < count && at <= int.MaxValue; i++)
            {
                offsets[i] = Number((int)at + i * size, size);
            }

            return offsets;
        }

        /// <returns>0 behind the end of the file: no offset and no value that is looked for.</returns>
        private ulong Number(int at, int size)
        {
            if (at < 0 || at > _file.Length - size)
            {
                return 0;
            }

            var bytes = _file.Slice(at, size);
            return (size, _little) switch
            {
                (2, true) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
                (2, false) => BinaryPrimitives.ReadUInt16BigEndian(bytes),
                (4, true) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
                (4, false) => BinaryPrimitives.ReadUInt32BigEndian(bytes),
                (_, true) => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
                (_, false) => BinaryPrimitives.ReadUInt64BigEndian(bytes),
            };
        }
    }
}
