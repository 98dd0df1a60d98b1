using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>Sees to it that a file is UTF-8 text.</summary>
internal static class TextEncoding
{
    /// <returns>Where the text starts: after the byte-order mark, where there is one.</returns>
    /// <exception cref="InputException">Another encoding, or no text at all: names line and byte.</exception>
    public static int CheckUtf8(ReadOnlySpan<byte> bytes, string path)
    {
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            throw new InputException($"{path}, line 1, byte 1: the file starts as UTF-16 text does; UTF-8 was expected.");
        int zero = bytes.IndexOf((byte)0);
        int wrong = Utf8.IsValid(bytes) ? -1 : FirstInvalid(bytes);
        if (zero >= 0 && (wrong < 0 || zero < wrong))
            throw new InputException($"{path}, {Place(bytes, zero)}: a zero byte, which no text holds; a CSV file in UTF-8 was expected.");
        if (wrong >= 0)
            throw new InputException($"{path}, {Place(bytes, wrong)}: 0x{bytes[wrong]:X2} is not UTF-8; a CSV file in UTF-8 was expected (files in Latin-1 or Windows-1252 can be saved anew as UTF-8).");
        return bytes.StartsWith("\uFEFF"u8) ? 3 : 0;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        int offset = 0;
        while (Rune.DecodeFromUtf8(bytes[offset..], out _, out int length) == OperationStatus.Done)
            offset += length;
        return offset;
    }

    private static string Place(ReadOnlySpan<byte> bytes, int offset)
    {
        int lineStart = bytes[..offset].LastIndexOfAny((byte)'\n', (byte)'\r') + 1;
        return $"line {CsvDocument.LineAt(bytes, offset)}, byte {offset - lineStart + 1}";
    }
}
