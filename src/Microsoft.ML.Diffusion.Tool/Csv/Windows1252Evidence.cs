using System.Buffers;
using System.Text;

namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>Finds out, while a file that is not UTF-8 passes, whether it is Windows-1252.</summary>
/// <remarks>A file with some sound characters of several bytes is damaged UTF-8 rather than Windows-1252, where those would be such as
/// "Ã©".</remarks>
internal sealed class Windows1252Evidence
{
    private const int LongestCharacter = 4;

    private readonly byte[] _tail = new byte[2 * LongestCharacter];
    private int _tailLength;
    private long _sound;
    private long _wrong;
    private bool _isImpossible;

    /// <summary>Whether the bytes so far are more likely Windows-1252 than UTF-8.</summary>
    public bool IsLikely
    {
        get
        {
            (long sound, long wrong) = (_sound, _wrong);
            Count(_tail.AsSpan(.._tailLength), isEnd: true, ref sound, ref wrong);
            return !_isImpossible && wrong > sound;
        }
    }

    /// <summary>Looks at the next bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_isImpossible)
            return;
        _isImpossible = bytes.IndexOfAny((ReadOnlySpan<byte>)[0x81, 0x8D, 0x8F, 0x90, 0x9D, 0x7F]) >= 0 || HasControls(bytes);

        // A character that begins at the end of one piece and goes on in the next.
        while (_tailLength > 0 && bytes.Length > 0)
        {
            _tail[_tailLength++] = bytes[0];
            bytes = bytes[1..];
            int counted = Count(_tail.AsSpan(.._tailLength), isEnd: false, ref _sound, ref _wrong);
            _tail.AsSpan(counted.._tailLength).CopyTo(_tail);
            _tailLength -= counted;
        }

        int end = Count(bytes, isEnd: false, ref _sound, ref _wrong);
        if (_tailLength == 0)
        {
            bytes[end..].CopyTo(_tail);
            _tailLength = bytes.Length - end;
        }
    }

    // How many bytes were looked at: all but the beginning of a character at the end.
    private static int Count(ReadOnlySpan<byte> bytes, bool isEnd, ref long sound, ref long wrong)
    {
        int position = 0;
        while (bytes[position..].IndexOfAnyExceptInRange((byte)0, (byte)0x7F) is >= 0 and int next)
        {
            position += next;
            OperationStatus status = Rune.DecodeFromUtf8(bytes[position..], out _, out int length);
            if (status == OperationStatus.NeedMoreData && !isEnd)
                return position;
            if (status == OperationStatus.Done)
                sound++;
            else
                wrong++;
            position += length;
        }

        return bytes.Length;
    }

    private static bool HasControls(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            if (value < ' ' && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f'))
                return true;
        }

        return false;
    }
}
