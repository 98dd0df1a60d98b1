namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Cells that are not of the kind that the others are: a few words among numbers are marks, anything else ends the kind.</summary>
internal sealed class MisfitWords
{
    private const int MostWords = 3;
    private readonly List<string> _words = [];

    /// <summary>Cells that cannot be marks, because they hold digits or are too many.</summary>
    public long Hard { get; private set; }

    /// <summary>The first cell that cannot be a mark.</summary>
    public string? First { get; private set; }

    /// <summary>Words that can be marks.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>Whether <paramref name="fitting"/> different cells of the kind allow to call the words marks.</summary>
    public bool AreMarks(long fitting) => Hard == 0 && fitting >= 10 * _words.Count && fitting > 0;

    public void Add(ReadOnlySpan<char> text)
    {
        if (_words.Count < MostWords && text.Length <= 24 && !text.ContainsAnyInRange('0', '9'))
        {
            _words.Add(text.ToString());
            return;
        }

        Hard++;
        First ??= text.ToString();
    }
}
