using System.Text.RegularExpressions;
using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Models.Tests.Roles;

/// <summary>New keys look like the column's, differ from each other and from all observed ones.</summary>
public sealed class KeyMakerTests
{
    private const int Made = 20_000;

    public static TheoryData<string, string> Columns => new()
    {
        { "sequence", "^[0-9]+$" },
        { "prefix", "^C-[0-9]{5,}$" },
        { "guid", "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$" },
        { "digits", "^[1-9][0-9]{8}$" },
        { "plate", "^[A-Z]{2}-[0-9]{4}[A-Z]$" },
        { "hash", "^[0-9a-f]{32}$" },
        { "email", "^[a-z]+[.][a-z]+[0-9]*[a-z]*@example[.](com|net|org)$" },
        { "full name", "^[A-Z][a-z]+ [A-Z][a-z]+$" },
    };

    [Theory]
    [MemberData(nameof(Columns))]
    public void Keys_are_new_different_and_of_the_shape_of_the_column(string column, string shape)
    {
        string[] cells = Cells(column);
        ColumnProfile profile = ColumnProfiler.Profile(column, cells);
        Assert.True(profile.Role.IsIdentifying(), profile.Reason);
        KeyMaker maker = Maker(profile, cells, seed: 3);
        string[] keys = ColumnsOf.Made(Made, i => maker.Make(i));

        Assert.All(keys, key => Assert.Matches(new Regex(shape, RegexOptions.None, TimeSpan.FromSeconds(1)), key));
        Assert.Equal(Made, keys.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Empty(keys.Intersect(cells, StringComparer.OrdinalIgnoreCase));
    }

    [Theory]
    [MemberData(nameof(Columns))]
    public void A_key_depends_on_seed_and_row_alone(string column, string shape)
    {
        _ = shape;
        string[] cells = Cells(column);
        ColumnProfile profile = ColumnProfiler.Profile(column, cells);
        KeyMaker first = Maker(profile, cells, seed: 3), second = Maker(profile, cells, seed: 3), other = Maker(profile, cells, seed: 4);
        string[] backwards = ColumnsOf.Made(100, i => second.Make(99 - i));

        Assert.Equal(ColumnsOf.Made(100, i => first.Make(i)), backwards.Reverse());
        if (profile.Key!.Kind != KeyKind.Sequence)
            Assert.NotEqual(first.Make(0), other.Make(0));
    }

    [Fact]
    public void A_pattern_that_is_nearly_used_up_becomes_longer()
    {
        string[] cells = ColumnsOf.Made(500, i => $"{(char)('A' + (i / 100))}x{i % 100:00}");
        var filter = new KeyFilter(cells.Length);
        foreach (string cell in cells)
            filter.Add(cell);
        KeyCharacter[] mask = [.. "Ax00".Select(KeyCharacter.Of).Select((c, i) => i == 1 ? c : c with { Fixed = '\0' })];
        var maker = new KeyMaker(new KeyPattern { Kind = KeyKind.Pattern, Mask = mask }, 1, 5000, filter);
        string[] keys = ColumnsOf.Made(5000, i => maker.Make(i));

        Assert.Equal(5000, keys.Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(keys.Intersect(cells, StringComparer.Ordinal));
        Assert.All(keys, key => Assert.StartsWith("x", key[1..], StringComparison.Ordinal));
    }

    [Fact]
    public void A_sequence_at_the_end_of_Int64_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new KeyMaker(new KeyPattern { Kind = KeyKind.Sequence, Last = long.MaxValue - 5 }, 1, 10));
    }

    private static KeyMaker Maker(ColumnProfile profile, string[] cells, ulong seed)
    {
        var observed = new KeyFilter(cells.Length);
        foreach (string cell in cells)
            observed.Add(cell);
        return new KeyMaker(profile.Key!, seed, Made, observed);
    }

    [Fact]
    public void A_key_may_be_longer_than_the_stack_is()
    {
        KeyCharacter letter = new('a', false, false, false, true, false), digit = new('\0', true, true, false, false, false);
        KeyCharacter[] mask = [.. Enumerable.Repeat(letter, 10_000_000), .. Enumerable.Repeat(digit, 9)];
        string key = new KeyMaker(new KeyPattern { Kind = KeyKind.Pattern, Mask = mask }, seed: 1, capacity: 3).Make(0);
        Assert.Equal(mask.Length, key.Length);
    }

    private static string[] Cells(string column) => ColumnsOf.Made(600, i => column switch
    {
        "sequence" => ColumnsOf.Text(i + 5),
        "prefix" => $"C-{i + 77:00000}",
        "guid" => new Guid(ColumnsOf.Hash(i, int.MaxValue), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10).ToString(),
        "digits" => ColumnsOf.Text(100_000_000 + (ColumnsOf.Hash(i, 800_000) * 1000L) + i),
        "plate" => $"{(char)('A' + (i % 26))}{(char)('A' + (i / 26))}-{ColumnsOf.Hash(i, 10_000):0000}"
            + $"{(char)('A' + ColumnsOf.Hash(i + 9, 26))}",
        "hash" => string.Concat(Enumerable.Range(0, 4).Select(k => ((uint)ColumnsOf.Hash((i * 4) + k, int.MaxValue)).ToString("x8"))),
        "email" => $"{Letters(i)}.{Letters(i + 1000)}@mail.org",
        _ => $"{char.ToUpperInvariant(Letters(i)[0])}{Letters(i)[1..]} {char.ToUpperInvariant(Letters(i + 7)[0])}{Letters(i + 7)[1..]}",
    });

    private static string Letters(int i) =>
        string.Concat(Enumerable.Range(0, 4 + (i % 4)).Select(k => (char)('a' + ColumnsOf.Hash((i * 11) + k, 26))));
}
