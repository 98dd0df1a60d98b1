using System.Globalization;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>
/// Makes new keys that look like those of a column, all different, none of them observed. A key depends on the seed and its row alone,
/// so that rows can be made in any order, in parts, and on several threads; memory does not grow with their number.
/// </summary>
public sealed class KeyMaker
{
    private const string Consonants = "bdfgklmnprstvz";
    private const string Vowels = "aeiou";
    private const int Syllables = 70;
    private const ulong LargestSpace = 1UL << 62;

    // With sixteen times as many keys as are in use, sixteen tries fail once in 10^19 rows.
    private const ulong Room = 16;
    private const int MostTries = 64;
    private static readonly string[] s_domains = ["example.com", "example.net", "example.org"];
    private readonly KeyPattern _pattern;
    private readonly KeyFilter? _observed;
    private readonly ulong _seed;
    private readonly ulong _capacity;
    private readonly List<KeyCharacter> _mask = [];
    private readonly IndexPermutation _order;
    private readonly int _tries;
    private readonly int _syllables;

    /// <param name="pattern">How keys look (<see cref="ColumnProfile.Key"/>).</param>
    /// <param name="seed">Other seeds make other keys, except in a sequence.</param>
    /// <param name="capacity">How many keys are made at most; at least 1.</param>
    /// <param name="observed">The keys that the column has. Null: only sequences are sure not to repeat one.</param>
    /// <exception cref="ArgumentException">A sequence has no room for so many keys.</exception>
    public KeyMaker(KeyPattern pattern, ulong seed, long capacity, KeyFilter? observed = null)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 1L << 48);
        if (pattern.Kind == KeyKind.Sequence && pattern.Last > long.MaxValue - capacity)
            throw new ArgumentException($"The sequence has no room for {capacity} keys above {pattern.Last}.", nameof(pattern));
        (_pattern, _seed, _capacity, _observed) = (pattern, seed, (ulong)capacity, observed);
        ulong needed = NeededFor(capacity, observed);
        _mask.AddRange(pattern.Mask);
        ulong space = 1;
        if (pattern.Kind == KeyKind.Pattern)
        {
            space = Lengthen(_mask, needed);
        }
        else
        {
            while (space < needed || _syllables < 2)
                (space, _syllables) = (space * Syllables, _syllables + 1);
        }

        _order = new IndexPermutation(seed, space);
        _tries = (int)Math.Min(MostTries, space / _capacity);
    }

    /// <summary>The key of a row.</summary>
    /// <param name="row">0 to the capacity - 1.</param>
    public string Make(long row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)row, _capacity, nameof(row));
        if (_pattern.Kind == KeyKind.Sequence)
            return string.Concat(_pattern.Prefix,
                (_pattern.Last + 1 + row).ToString("D" + _pattern.Width.ToString(CultureInfo.InvariantCulture),
                    CultureInfo.InvariantCulture), _pattern.Suffix);
        for (int attempt = 0; attempt < _tries; attempt++)
        {
            // Each row has its own tries, so that two rows can never meet.
            ulong index = (ulong)row + ((ulong)attempt * _capacity);
            string key = _pattern.Kind switch
            {
                KeyKind.Uuid => NewGuid(index),
                KeyKind.Pattern => FromMask(_order[index]),
                _ => Invent(_order[index], index),
            };
            if (_observed == null || !_observed.MayContain(key))
                return key;
        }

        throw new InvalidOperationException($"No fresh key was found for row {row}; the observed ones leave too little room.");
    }

    /// <summary>How many characters the keys of a pattern have: more than the pattern where it has too few keys.</summary>
    internal static int LengthFor(KeyPattern pattern, long capacity, KeyFilter? observed)
    {
        List<KeyCharacter> mask = [.. pattern.Mask];
        Lengthen(mask, NeededFor(capacity, observed));
        return mask.Count;
    }

    private static ulong NeededFor(long capacity, KeyFilter? observed) => Room * ((ulong)capacity + (ulong)(observed?.Count ?? 0));

    private static ulong Lengthen(List<KeyCharacter> mask, ulong needed)
    {
        ulong space = Space(mask);
        for (; space < needed; space = Space(mask))
            mask.Add(new KeyCharacter('\0', true, true, false, false, false));
        return space;
    }

    private static ulong Space(List<KeyCharacter> mask)
    {
        ulong space = 1;
        foreach (KeyCharacter position in mask)
            space = Math.Min(LargestSpace, space > LargestSpace / (ulong)position.Choices ? LargestSpace : space * (ulong)position.Choices);
        return space;
    }

    private string FromMask(ulong index)
    {
        // Not on the stack: how long a mask is, a file may say.
        char[] key = new char[_mask.Count];
        Philox random = new Philox(_seed, 0x4D61736B).Fork(index);
        ulong room = LargestSpace;
        // The last positions spell the number of the key; where they suffice, those before are free.
        for (int i = _mask.Count - 1; i >= 0; i--)
        {
            int choices = _mask[i].Choices;
            if (room < (ulong)choices)
            {
                key[i] = _mask[i].Pick(random.Below((ulong)i, choices));
                continue;
            }

            (index, ulong choice) = Math.DivRem(index, (ulong)choices);
            room /= (ulong)choices;
            key[i] = _mask[i].Pick((int)choice);
        }

        return new string(key);
    }

    private string NewGuid(ulong index)
    {
        Philox random = new Philox(_seed, 0x47554944).Fork(index);
        Span<byte> bytes = stackalloc byte[16];
        for (int i = 0; i < 4; i++)
            BitConverter.TryWriteBytes(bytes[(4 * i)..], random.Bits((ulong)i));
        // RFC 9562, version 4.
        bytes[7] = (byte)((bytes[7] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        string guid = new Guid(bytes).ToString("D");
        return _pattern.IsUpper ? guid.ToUpperInvariant() : guid;
    }

    // The first syllables spell the number of the key, so that two keys differ; those behind are free.
    private string Invent(ulong number, ulong index)
    {
        Philox random = new Philox(_seed, 0x4E616D65).Fork(index);
        string shape = _pattern.Shapes.Count == 0 ? "xxxxxx" : _pattern.Shapes[random.Below(0, _pattern.Shapes.Count)];
        bool email = _pattern.Kind == KeyKind.Email;
        int at = email ? shape.IndexOf('@', StringComparison.Ordinal) : shape.Length;
        var letters = new List<char>();
        for (int i = 0; i < _syllables; i++, number /= Syllables)
            letters.AddRange([Consonants[(int)(number % Syllables / 5)], Vowels[(int)(number % Syllables % 5)]]);
        int coded = letters.Count;
        var text = new System.Text.StringBuilder();
        int used = 0;
        ulong draw = 1;
        foreach (char c in at < 0 ? shape : shape.AsSpan(0, at))
        {
            if (c == '0')
                text.Append((char)('0' + random.Below(draw++, 10)));
            else if (c is not ('x' or 'X'))
                text.Append(c);
            else if (used < coded)
                text.Append(c == 'X' ? char.ToUpperInvariant(letters[used++]) : letters[used++]);
            else
                AppendFree(text, random, ref draw, ref used, c == 'X');
        }

        for (bool first = used == 0 && text.Length == 0; used < coded; first = false)
            text.Append(first && !email ? char.ToUpperInvariant(letters[used++]) : letters[used++]);
        return email ? text.Append('@').Append(s_domains[random.Below(draw, s_domains.Length)]).ToString() : text.ToString();
    }

    private static void AppendFree(System.Text.StringBuilder text, Philox random, ref ulong draw, ref int used, bool large)
    {
        string letters = used++ % 2 == 0 ? Consonants : Vowels;
        char letter = letters[random.Below(draw++, letters.Length)];
        text.Append(large ? char.ToUpperInvariant(letter) : letter);
    }
}
