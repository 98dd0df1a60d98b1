using System.Text;

namespace Microsoft.ML.Data;

// A line of text taken apart.
internal sealed class TextFields(TextLoader.Options options)
{
    private readonly List<ReadOnlyMemory<char>> _fields = [];
    private readonly bool _spaceSeparates = options.Separators.Contains(' ');

    public int Count => _fields.Count;

    // How many quoted fields of the line did not end as they should; such a field counts as empty.
    public int Errors { get; private set; }

    // Empty beyond the end of the line.
    public ReadOnlyMemory<char> this[int index] => index < _fields.Count ? _fields[index] : default;

    // Takes a line apart; false where it ends inside quotes and nextLine, which is asked for more, is null.
    public void Parse(string line, Func<string> nextLine)
    {
        _fields.Clear();
        Errors = 0;
        for (int at = 0; ;)
        {
            if (!_spaceSeparates)
            {
                while (at < line.Length && line[at] == ' ')
                    at++;
            }
            if (options.AllowQuoting && at < line.Length && line[at] == '"')
            {
                _fields.Add(Quoted(ref line, ref at, nextLine));
            }
            else
            {
                int end = EndOfField(line, at);
                _fields.Add(line.AsMemory(at, end - at));
                at = end;
            }
            if (at >= line.Length)
                return;
            at++;
        }
    }

    private int EndOfField(string line, int at)
    {
        int end = line.AsSpan(at).IndexOfAny(options.Separators);
        return end < 0 ? line.Length : at + end;
    }

    // From an opening quote to its end; two quotes, or the escape character and a quote, stand for one.
    private ReadOnlyMemory<char> Quoted(ref string line, ref int at, Func<string> nextLine)
    {
        var text = new StringBuilder();
        for (at++; ; at++)
        {
            if (at >= line.Length)
            {
                if (nextLine?.Invoke() is not string more)
                    break;
                text.Append('\n');
                line = more;
                at = -1;
                continue;
            }
            if (line[at] == options.EscapeChar && at + 1 < line.Length && line[at + 1] == '"')
            {
                text.Append('"');
                at++;
            }
            else if (line[at] == '"')
            {
                at++;
                int end = EndOfField(line, at);
                if (line.AsSpan(at, end - at).IsWhiteSpace())
                {
                    at = end;
                    return text.ToString().AsMemory();
                }
                at = end;
                break;
            }
            else
            {
                text.Append(line[at]);
            }
        }
        Errors++;
        return default;
    }
}
