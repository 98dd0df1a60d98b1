namespace Microsoft.ML.Data;

// The lines of all files of a source, without headers, empty lines and lines that begin with // or #@.
internal sealed class TextLineReader(IMultiStreamSource source, TextLoader.Options options, bool skipHeader = true) : IDisposable
{
    private int _file = -1;
    private TextReader _reader;
    private bool _headerToSkip;

    // The number of the line read last, counted from 1 in its file.
    public int Line { get; private set; }

    public bool Read(TextFields fields)
    {
        while (true)
        {
            string line = _reader == null ? null : NextLine();
            if (line == null)
            {
                _reader?.Dispose();
                _reader = null;
                if (++_file >= source.Count)
                    return false;
                _reader = source.OpenTextReader(_file);
                Line = 0;
                _headerToSkip = options.HasHeader && skipHeader;
                continue;
            }
            if (options.TrimWhitespace)
                line = line.TrimEnd();
            if (line.Length == 0 || line.StartsWith("//", StringComparison.Ordinal) || line.StartsWith("#@", StringComparison.Ordinal))
                continue;
            if (_headerToSkip)
            {
                _headerToSkip = false;
                continue;
            }
            fields.Parse(line, options.ReadMultilines ? NextLine : null);
            return true;
        }
    }

    private string NextLine()
    {
        Line++;
        return _reader.ReadLine();
    }

    public void Dispose() => _reader?.Dispose();
}
