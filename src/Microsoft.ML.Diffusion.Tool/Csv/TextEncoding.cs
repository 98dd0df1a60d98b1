using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>Turns the bytes of a file into UTF-8 text. An encoding of null is UTF-8 itself.</summary>
internal static class TextEncoding
{
    /// <summary>What is said to be expected where a table is no UTF-8.</summary>
    public const string Expected = "a CSV file in UTF-8 was expected (--encoding names another encoding, such as windows-1252)";

    private const int SampleBytes = 1 << 16;

    /// <summary>UTF-16 with the low byte first, which refuses what is no text.</summary>
    public static Encoding Utf16 { get; } = new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true);

    /// <summary>UTF-16 with the high byte first, which refuses what is no text.</summary>
    public static Encoding Utf16BigEndian { get; } = new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true);

    /// <summary>Windows-1252, whose characters beyond ASCII are those of Latin-1 and some quotes and dashes.</summary>
    public static Encoding Windows1252 { get; } = Strict("windows-1252")!;

    /// <summary>An encoding by its name; one that refuses what it cannot say.</summary>
    /// <returns>Null where there is none of that name.</returns>
    public static Encoding? Find(string name) => name.ToUpperInvariant() switch
    {
        "UTF-16" or "UTF16" or "UTF-16LE" or "UNICODE" => Utf16,
        "UTF-16BE" => Utf16BigEndian,
        "UTF8" => Strict("utf-8"),
        "LATIN-1" or "LATIN1" => Strict("iso-8859-1"),
        "CP1252" or "1252" or "ANSI" => Windows1252,
        _ => Strict(name),
    };

    /// <summary>Finds out how the bytes of a file are text.</summary>
    /// <param name="bytes">The file, or its beginning.</param>
    /// <param name="asked">What the user says; null to find out.</param>
    /// <param name="isWhole">Whether the bytes are the whole file.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <exception cref="InputException">No text: names line and byte.</exception>
    public static Encoding? Detect(ReadOnlySpan<byte> bytes, Encoding? asked, bool isWhole, string path)
    {
        if (IsNamed(bytes, asked, out Encoding? named))
            return named;
        int zero = bytes.IndexOf((byte)0);
        int wrong = Utf8.IsValid(bytes) ? -1 : FirstInvalid(bytes, isWhole);
        if (zero >= 0 && (wrong < 0 || zero < wrong))
            throw HasZero(bytes, zero, null, path);
        if (wrong < 0)
            return null;
        var evidence = new Windows1252Evidence();
        evidence.Add(bytes);
        if (asked is null && evidence.IsLikely)
            return Windows1252;
        throw NotUtf8(bytes, wrong, path, Expected);
    }

    /// <summary>Whether the encoding is known without a look at the whole file: the user names it, or the beginning shows UTF-16.</summary>
    /// <param name="beginning">The beginning of the file.</param>
    /// <param name="asked">What the user says; null to find out.</param>
    /// <param name="encoding">The encoding; null for UTF-8.</param>
    public static bool IsNamed(ReadOnlySpan<byte> beginning, Encoding? asked, out Encoding? encoding)
    {
        encoding = beginning switch
        {
            [0xFF, 0xFE, ..] when asked is null or UnicodeEncoding => Utf16,
            [0xFE, 0xFF, ..] when asked is null or UnicodeEncoding => Utf16BigEndian,
            _ when asked is not null and not UTF8Encoding => asked,
            _ when asked is null => MarklessUtf16(beginning[..Math.Min(beginning.Length, SampleBytes)]),
            _ => null,
        };
        return encoding is not null;
    }

    /// <summary>Whether bytes that were read as text come out again as they were, whatever they are.</summary>
    public static bool IsSure(Encoding? encoding) => encoding is null or UnicodeEncoding || encoding.IsSingleByte;

    /// <summary>Says that a file cannot be written back as it is.</summary>
    public static InputException Unsure(string path, Encoding encoding) =>
        new($"{path} cannot be written back as it is in {encoding.WebName}; a copy of it in UTF-8 was expected.");

    /// <summary>Says that there is a zero byte, or such a character.</summary>
    public static InputException HasZero(ReadOnlySpan<byte> text, int zero, Encoding? encoding, string path, long linesBefore = 0) =>
        encoding is null
            ? new($"{path}, {Place(text, zero, linesBefore)}: a zero byte, which no text holds; a CSV file in UTF-8 was expected.")
            : new($"{path} holds zero bytes, which no text in {encoding.WebName} does; --encoding names another encoding.");

    /// <summary>What to tell the user of an encoding that was found out; null where there is nothing to tell.</summary>
    public static string? Note(Encoding? encoding, Encoding? asked, string path) => asked is null && ReferenceEquals(encoding, Windows1252)
        ? $"{path} is not UTF-8: it is read, and what is made of it written, as Windows-1252 (--encoding names another)."
        : null;

    /// <summary>The text in UTF-8. Turned back it gives the same bytes.</summary>
    /// <exception cref="InputException">Bytes that are no text in this encoding, or more than 2 GB.</exception>
    public static byte[] ToUtf8(byte[] bytes, Encoding? encoding, string path)
    {
        if (encoding is null)
            return bytes;
        string text;
        try
        {
            text = encoding.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw Undecodable(bytes, encoding, e, path);
        }

        if (text.Contains('\0', StringComparison.Ordinal))
            throw HasZero([], 0, encoding, path);
        if (!IsSure(encoding) && !encoding.GetBytes(text).AsSpan().SequenceEqual(bytes))
            throw Unsure(path, encoding);
        return Encoding.UTF8.GetBytes(text);
    }

    /// <summary>A stream that takes UTF-8 and writes it on in another encoding.</summary>
    public static Stream Writing(Stream output, Encoding encoding) =>
        Encoding.CreateTranscodingStream(output, encoding, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);

    /// <summary>A stream that reads another encoding and gives UTF-8.</summary>
    public static Stream Reading(Stream input, Encoding encoding) =>
        Encoding.CreateTranscodingStream(input, encoding, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);

    /// <summary>Says that bytes are no UTF-8, and what was expected.</summary>
    public static InputException NotUtf8(ReadOnlySpan<byte> bytes, int wrong, string path, string expected, long linesBefore = 0) =>
        new($"{path}, {Place(bytes, wrong, linesBefore)}: 0x{bytes[wrong]:X2} is not UTF-8; {expected}.");

    /// <summary>The first byte that is not UTF-8.</summary>
    /// <returns>-1 where there is none, the beginning of a character at the end aside where more follows.</returns>
    public static int FirstInvalid(ReadOnlySpan<byte> bytes, bool isWhole)
    {
        int offset = 0;
        while (true)
        {
            int ascii = bytes[offset..].IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
            if (ascii < 0)
                return -1;
            offset += ascii;
            OperationStatus status = Rune.DecodeFromUtf8(bytes[offset..], out _, out int length);
            if (status == OperationStatus.NeedMoreData && !isWhole)
                return -1;
            if (status != OperationStatus.Done)
                return offset;
            offset += length;
        }
    }

    // Separators and line ends are ASCII: in UTF-16 a zero byte stands beside nearly every one of them.
    private static Encoding? MarklessUtf16(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[..(bytes.Length & ~1)];
        if (!bytes.Contains((byte)0))
            return null;
        int marks = 0, littleEndian = 0, bigEndian = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] is not ((byte)'\n' or (byte)'\r' or (byte)',' or (byte)';' or (byte)'\t' or (byte)'|'))
                continue;
            marks++;
            if (i % 2 == 0 && bytes[i + 1] == 0)
                littleEndian++;
            else if (i % 2 == 1 && bytes[i - 1] == 0)
                bigEndian++;
        }

        return 2 * littleEndian > marks ? Utf16 : 2 * bigEndian > marks ? Utf16BigEndian : null;
    }

    private static InputException Undecodable(byte[] bytes, Encoding encoding, DecoderFallbackException e, string path)
    {
        var lenient = (Encoding)encoding.Clone();
        lenient.DecoderFallback = DecoderFallback.ReplacementFallback;
        int index = Math.Clamp(e.Index, 0, bytes.Length);
        long line = 1 + CsvRows.CountLines(Encoding.UTF8.GetBytes(lenient.GetString(bytes, 0, index)));
        IEnumerable<string> unknown = (e.BytesUnknown ?? []).Select(value => string.Create(CultureInfo.InvariantCulture, $"0x{value:X2}"));
        return new InputException($"{path}, line {line}: {string.Join(' ', unknown)} is not {encoding.WebName}; --encoding names another encoding.", e);
    }

    private static Encoding? Strict(string name)
    {
        try
        {
            // .NET knows the older encodings only when asked to; to ask again changes nothing.
            Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
            return Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static string Place(ReadOnlySpan<byte> bytes, int offset, long linesBefore)
    {
        int lineStart = bytes[..offset].LastIndexOfAny((byte)'\n', (byte)'\r') + 1;
        return $"line {linesBefore + CsvRows.LineAt(bytes, offset)}, byte {offset - lineStart + 1}";
    }
}
