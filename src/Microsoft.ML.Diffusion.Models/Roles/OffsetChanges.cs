using System.Globalization;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>What a clock is ahead of universal time, and when that changes (summer time).</summary>
internal sealed record OffsetChanges
{
    private readonly int[] _minutes;
    private readonly long[] _from;

    /// <param name="minutes">The offsets in minutes, in the order of time; at least one.</param>
    /// <param name="from">When each but the first begins, in seconds since 1970 in universal time, rising.</param>
    public OffsetChanges(int[] minutes, long[] from) => (_minutes, _from) = (minutes, from);

    /// <summary>Universal time itself.</summary>
    public static OffsetChanges Zero { get; } = new([0], []);

    /// <summary>Whether there is one offset, always.</summary>
    public bool IsFixed => _from.Length == 0;

    /// <summary>Whether there is nothing to write.</summary>
    public bool IsZero => IsFixed && _minutes[0] == 0;

    /// <summary>The offset at a moment in seconds since 1970, universal time.</summary>
    public TimeSpan At(double seconds)
    {
        int i = 0;
        while (i < _from.Length && seconds >= _from[i])
            i++;
        return TimeSpan.FromMinutes(_minutes[i]);
    }

    /// <summary>Reads <c>+01:00 1679792400 +02:00</c>.</summary>
    public static bool TryParse(string text, out OffsetChanges offsets)
    {
        offsets = Zero;
        string[] words = text.Split(' ');
        var minutes = new int[(words.Length + 1) / 2];
        var from = new long[words.Length / 2];
        for (int i = 0; i < words.Length; i++)
        {
            if (i % 2 == 1 && !long.TryParse(words[i], CultureInfo.InvariantCulture, out from[i / 2]))
                return false;
            if (i % 2 == 1)
                continue;
            if (words[i].Length != 6 || words[i][0] is not ('+' or '-')
                || !TimeSpan.TryParseExact(words[i].AsSpan(1), @"hh\:mm", CultureInfo.InvariantCulture, out TimeSpan offset))
                return false;
            minutes[i / 2] = (int)offset.TotalMinutes * (words[i][0] == '-' ? -1 : 1);
        }

        offsets = new OffsetChanges(minutes, from);
        return minutes.Length == from.Length + 1;
    }

    public override string ToString()
    {
        IEnumerable<string> words = _minutes.Select((m, i) =>
            (i == 0 ? string.Empty : _from[i - 1].ToString(CultureInfo.InvariantCulture) + " ")
            + (m < 0 ? "-" : "+") + TimeSpan.FromMinutes(Math.Abs(m)).ToString(@"hh\:mm", CultureInfo.InvariantCulture));
        return string.Join(' ', words);
    }
}
