using System.Buffers.Binary;

namespace ImageSearch.Core.Imaging;

/// <summary>
/// Makes a JPEG's container strict where its pixels do not depend on it, so that every warning that the decoder still gives means lost
/// blocks.
/// </summary>
/// <remarks>
/// Follows libjpeg's way through the markers (ITU-T T.81, annex B); no block is decoded here. Mended: a missing end marker behind the last
/// scan, stray bytes between segments, and three header fields that libjpeg warns of before it assumes the usual value.
/// </remarks>
internal static class JpegContainer
{
    private const byte StartOfScan = 0xDA, EndOfImage = 0xD9;

    /// <returns>The file itself where nothing is odd; bytes behind the picture are never looked at, by the decoder neither.</returns>
    public static ReadOnlyMemory<byte> Mend(ReadOnlyMemory<byte> file)
    {
        var walk = new Walk(file.Span);
        return walk.Run() ? walk.Rewrite() : file;
    }

    /// <summary>What the scans so far have of a component.</summary>
    /// <param name="Constant">Its constant terms, in whatever precision: without them there is no picture.</param>
    /// <param name="Exact">A bit for each of the 64 coefficients that has been sent to its last bit.</param>
    private readonly record struct Sent(bool Constant, ulong Exact);

    private ref struct Walk(ReadOnlySpan<byte> file)
    {
        private readonly ReadOnlySpan<byte> _file = file;
        private readonly List<(int Start, int End)> _kept = [(0, 2)];
        private readonly List<(int At, byte Value)> _fields = [];
        private readonly Dictionary<byte, Sent> _components = [];
        private int _adobeTransform = -1;
        private bool _jfif;
        private bool _progressive;

        /// <returns>Whether the file has to be rewritten to what is kept.</returns>
        /// <exception cref="InvalidImageException">Scans are missing, or the coding is not supported.</exception>
        public bool Run()
        {
            var at = 2;
            while (true)
            {
                var marker = FindMarker(at);
                if (marker < 0)
                {
                    throw EndsEarly();
                }

                var type = _file[marker + 1];
                var end = marker + 2;
                if (type == EndOfImage)
                {
                    return _components.Values.All(component => component.Constant)
                        ? Finish(mended: false)
                        : throw ImageProblems.UnreadablePixels();
                }

                if (type is not (0x01 or (>= 0xD0 and <= 0xD7)))
                {
                    var next = end + 2 > _file.Length ? int.MaxValue : end + BinaryPrimitives.ReadUInt16BigEndian(_file[end..]);
                    if (next > _file.Length)
                    {
                        throw EndsEarly();
                    }

                    if (next < end + 2 || !Read(type, _file[(end + 2)..next], end + 2))
                    {
                        // Not to be followed any further; the decoder will say so.
                        return false;
                    }

                    end = next;
                }

                if (type != StartOfScan)
                {
                    _kept.Add((marker, end));
                    at = end;
                    continue;
                }

                at = EndOfScan(end);
                _kept.Add((marker, at));
                if (IsComplete)
                {
                    return Finish(mended: !_file[at..].StartsWith([(byte)0xFF, EndOfImage]));
                }
            }
        }

        public readonly ReadOnlyMemory<byte> Rewrite()
        {
            var mended = new byte[_kept.Sum(part => part.End - part.Start) + 2];
            var at = 0;
            foreach (var (start, end) in _kept)
            {
                _file[start..end].CopyTo(mended.AsSpan(at));
                foreach (var (field, value) in _fields)
                {
                    if (field >= start && field < end)
                    {
                        mended[at + field - start] = value;
                    }
                }

                at += end - start;
            }

            (mended[^2], mended[^1]) = (0xFF, EndOfImage);
            return mended;
        }

        /// <summary>Every coefficient of every component has been sent in full.</summary>
        private readonly bool IsComplete => _components.Count > 0 && _components.Values.All(component => component.Exact == ulong.MaxValue);

        private bool Finish(bool mended)
        {
            if (_adobeTransform >= 0 && !_jfif)
            {
                var usual = (byte)(_components.Count == 4 ? 2 : 1);
                if (_file[_adobeTransform] != 0 && _file[_adobeTransform] != usual)
                {
                    _fields.Add((_adobeTransform, usual));
                }
            }

            var stray = false;
            for (var i = 1; i < _kept.Count; i++)
            {
                stray |= _file[_kept[i - 1].End.._kept[i].Start].ContainsAnyExcept((byte)0xFF);
            }

            return mended || stray || _fields.Count > 0;
        }

        private readonly InvalidImageException EndsEarly() =>
            _components.Count == 0 ? ImageProblems.UnreadableHeader("image/jpeg") : ImageProblems.UnreadablePixels();

        /// <returns>False when the segment cannot be understood.</returns>
        private bool Read(byte type, ReadOnlySpan<byte> segment, int at)
        {
            switch (type)
            {
                case 0xE0 when segment.StartsWith("JFIF\0"u8) && segment.Length >= 14:
                    _jfif = true;
                    if (segment[5] != 1)
                    {
                        _fields.Add((at + 5, 1));
                    }

                    return true;
                case 0xEE when segment.StartsWith("Adobe"u8) && segment.Length >= 12:
                    _adobeTransform = at + 11;
                    return true;
                case 0xC9 or 0xCA or 0xCB or 0xCD or 0xCE or 0xCF:
                    // Its decoder fills in what is missing without a word, so that half a scan could not be told from a whole one.
                    throw ImageProblems.ArithmeticJpeg();
                case 0xC0 or 0xC1 or 0xC2:
                    _progressive = type == 0xC2;
                    return ReadFrame(segment);
                case 0xC3 or 0xC5 or 0xC6 or 0xC7:
                    return false;
                case StartOfScan:
                    return ReadScan(segment, at);
                default:
                    return true;
            }
        }

        private readonly bool ReadFrame(ReadOnlySpan<byte> segment)
        {
            if (segment.Length < 6 || segment.Length < 6 + 3 * segment[5])
            {
                return false;
            }

            for (var i = 0; i < segment[5]; i++)
            {
                if (!_components.TryAdd(segment[6 + 3 * i], default))
                {
                    return false;
                }
            }

            return true;
        }

        private bool ReadScan(ReadOnlySpan<byte> segment, int at)
        {
            if (segment.Length < 1 || segment.Length < 4 + 2 * segment[0])
            {
                return false;
            }

            var parameters = 1 + 2 * segment[0];
            var (first, last, exact) = (segment[parameters], segment[parameters + 1], (segment[parameters + 2] & 15) == 0);
            if (!_progressive)
            {
                for (var i = 0; i < 3; i++)
                {
                    byte usual = i == 1 ? (byte)63 : (byte)0;
                    if (segment[parameters + i] != usual)
                    {
                        _fields.Add((at + parameters + i, usual));
                    }
                }

                (first, last, exact) = (0, 63, true);
            }

            if (last > 63 || first > last)
            {
                return false;
            }

            var coefficients = ulong.MaxValue >> (63 - (last - first)) << first;
            for (var i = 0; i < segment[0]; i++)
            {
                if (!_components.TryGetValue(segment[1 + 2 * i], out var sent))
                {
                    return false;
                }

                _components[segment[1 + 2 * i]] = new Sent(sent.Constant || first == 0, exact ? sent.Exact | coefficients : sent.Exact);
            }

            return true;
        }

        /// <returns>Where the next marker's 0xFF is; -1 without one.</returns>
        private readonly int FindMarker(int at)
        {
            while (at + 1 < _file.Length)
            {
                var next = _file[at..^1].IndexOf((byte)0xFF);
                if (next < 0)
                {
                    return -1;
                }

                at += next;
                if (_file[at + 1] is not (0 or 0xFF))
                {
                    return at;
                }

                at++;
            }

            return -1;
        }

        /// <returns>The first byte behind a scan's data: a marker that is no restart, or the end of the file.</returns>
        private readonly int EndOfScan(int at)
        {
            while ((at = FindMarker(at)) >= 0)
            {
                if (_file[at + 1] is not (>= 0xD0 and <= 0xD7))
                {
                    return at;
                }

                at += 2;
            }

            return _file.Length;
        }
    }
}
