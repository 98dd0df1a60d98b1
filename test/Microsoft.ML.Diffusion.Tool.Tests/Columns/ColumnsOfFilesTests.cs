using System.Globalization;
using System.Text;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Tests.Columns;

/// <summary>What the columns of a file are found to be.</summary>
public sealed class ColumnsOfFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];
    private CsvBlocks? _file;

    public void Dispose()
    {
        _file?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_column_is_numeric_when_every_observed_cell_is_a_number()
    {
        BlockTable table = Infer("n,few,t,code,e\n1,0,x,007,\n,1,2,010,\n-2.5e1,,,,\nnan,0,y,001,\n");
        Assert.Equal([ColumnUse.Numeric, ColumnUse.Numeric, ColumnUse.Categorical, ColumnUse.Categorical, ColumnUse.None], table.Columns.Select(c => c.Use));
        Assert.Equal([1, double.NaN, -25, double.NaN], Cells(table, table.Columns[0].Number));
        Assert.Equal("x,2,,y", string.Join(',', Cells(table, table.Columns[2].Category)));
        Assert.Equal("Column e has no values to learn from: it is left as it is.", Assert.Single(_warnings));
    }

    [Fact]
    public void What_the_user_says_overrides_what_the_cells_look_like()
    {
        BlockTable table = Infer("a,b\n1,007\n2,010\n", categorical: ["a"], numeric: ["b"]);
        Assert.Equal(["1", "2"], table.SpellingsOf(table.Columns[0]).Categories);
        Assert.Equal([7, 10], Cells(table, table.Columns[1].Number));
    }

    [Fact]
    public void Marks_count_as_missing_when_they_match_exactly_once_trimmed()
    {
        BlockTable table = Infer("a,b\n ?,?\n\"?\",??\n3,\n4,NA\n", na: ["?", "NA"]);
        Assert.Equal([double.NaN, double.NaN, 3, 4], Cells(table, table.Columns[0].Number));
        Assert.Equal(["", "??", "", ""], Cells(table, table.Columns[1].Category));
        Assert.Equal([2, 3], table.Columns.Select(column => column.Missing));
    }

    [Fact]
    public void A_mark_among_numbers_that_nobody_named_is_pointed_out()
    {
        Infer("a\n1\n?\n3\n?\n4\n");
        Assert.Equal("Column 'a' has '?' in 2 rows; to read them as missing, give --na \"?\".", Assert.Single(_warnings));
    }

    [Fact]
    public void A_column_of_identifiers_is_left_out_unless_it_is_named()
    {
        string text = "id,x\n" + string.Join('\n', Enumerable.Range(0, 60).Select(i => string.Create(CultureInfo.InvariantCulture, $"p{i},{i % 7}")));
        Assert.Equal(ColumnUse.None, Infer(text).Columns[0].Use);
        Assert.Contains("a key: it is left as it is and not learnt from", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.Equal(ColumnUse.Categorical, Infer(text, categorical: ["id"]).Columns[0].Use);
    }

    [Theory]
    [InlineData("a;b\n1,5;2\n2,25;3\n", 1.5)]
    [InlineData("a;b\n1.5;2\n2.25;3\n", 1.5)]
    public void A_decimal_comma_is_read_where_commas_do_not_part_cells(string text, double first)
    {
        BlockTable table = Infer(text);
        Assert.Equal(first, Cells(table, table.Columns[0].Number)[0]);
        Assert.Equal(text.Contains("1,5", StringComparison.Ordinal) ? "1,75" : "1.75", table.Columns[0].Format!.Format(1.75));
    }

    [Fact]
    public void Both_decimal_marks_in_one_column_make_it_text() =>
        Assert.Equal(ColumnUse.Categorical, Infer("a;b\n1,5;2\n2.5;3\n").Columns[0].Use);

    [Theory]
    [InlineData("a,b\n1,2\n1e999,3\n", "t.csv, line 3, column a: '1e999' is not finite;")]
    [InlineData("a,b\n1,2\n3,-inf\n", "t.csv, line 3, column b: '-inf' is not finite;")]
    public void An_infinite_number_is_refused(string text, string sentence) =>
        Assert.StartsWith(sentence, Refusal(() => Infer(text)), StringComparison.Ordinal);

    [Fact]
    public void An_unknown_column_is_refused_with_names_like_it() => Assert.Equal(
        "t.csv has no column 'Aeg', which --numeric names; did you mean Age?",
        Refusal(() => Infer("Age,Ward\n1,x\n", numeric: ["Aeg"])));

    [Fact]
    public void A_text_in_a_column_named_numeric_is_refused() => Assert.StartsWith(
        "t.csv, line 3, column a: 'x' is not a number; --numeric names it as a column of numbers",
        Refusal(() => Infer("a,b\n1,1\nx,2\n", numeric: ["a"])),
        StringComparison.Ordinal);

    [Fact]
    public void A_table_for_a_model_has_its_columns_only_and_lacks_none()
    {
        Dictionary<string, CellFormat?> model = new(StringComparer.Ordinal) { ["n"] = CellFormat.Any, ["c"] = null };
        BlockTable table = BlockTable.ForModel(Open("c,more,n\n1,z,2\n"), new MissingMarks(), model, "m.zip");
        Assert.Equal([ColumnUse.Categorical, ColumnUse.None, ColumnUse.Numeric], table.Columns.Select(c => c.Use));
        Assert.Equal(
            "t.csv lacks column c of the model m.zip; a file with the columns n, c was expected.",
            Refusal(() => BlockTable.ForModel(Open("n\n1\n"), new MissingMarks(), model, "m.zip")));
        Assert.StartsWith(
            "t.csv, line 2, column n: 'x' is not a number; the model m.zip has it as a column of numbers",
            Refusal(() => BlockTable.ForModel(Open("n,c\nx,1\n"), new MissingMarks(), model, "m.zip")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_of_a_few_whole_numbers_is_one_of_classes_and_any_other_stays_one_of_numbers()
    {
        IEnumerable<string> rows = Enumerable.Range(0, 60).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{i % 2},{i},{i % 4 / 2.0}\n"));
        BlockTable table = Infer("few,many,half\n" + string.Concat(rows));
        Assert.Equal(ColumnUse.Categorical, table.WithClasses("few", new MissingMarks()).Columns[0].Use);
        Assert.Equal(["0", "1"], table.WithClasses("few", new MissingMarks()).SpellingsOf(table.Columns[0]).Categories);
        Assert.All(["many", "half", "none"], name => Assert.Same(table, table.WithClasses(name, new MissingMarks())));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("yes")]
    [InlineData("✓")]
    public void An_empty_box_is_not_ticked(string tick)
    {
        string rows = string.Concat(Enumerable.Range(0, 60).Select(i => $"{(i % 3 == 0 ? tick : string.Empty)},{i % 7}.5\n"));
        BlockTable table = Infer("box,n\n" + rows);
        Assert.Equal(ColumnUse.None, table.Columns[0].Use);
        Assert.Contains(_warnings, warning => warning.Contains("an empty cell may mean no", StringComparison.Ordinal));
        // Named, or with another word than yes, it is filled in as any column with one value.
        Assert.Equal(ColumnUse.Categorical, Infer("box,n\n" + rows, categorical: ["box"]).Columns[0].Use);
        Assert.Equal(ColumnUse.Categorical, Infer("box,n\n" + rows.Replace(tick, "Paris", StringComparison.Ordinal)).Columns[0].Use);
    }

    [Fact]
    public void A_category_is_spelt_as_in_the_first_row_that_has_it()
    {
        BlockTable table = Infer("a,n\n\"x, y\",1\n\"z\",2\nz,3\n");
        CategorySpellings spellings = table.SpellingsOf(table.Columns[0]);
        Assert.Equal(["x, y", "z"], spellings.Categories);
        Assert.Equal(
            ["\"x, y\"", "\"z\"", "new", "\"new, too\""],
            new[] { "x, y", "z", "new", "new, too" }.Select(text => Encoding.UTF8.GetString(spellings.Spell(text, table.File.Beginning))));
    }

    private static List<T> Cells<T>(BlockTable table, Func<CsvDocument, int, T> cell) =>
        [.. table.File.Read().SelectMany(block => Enumerable.Range(0, block.RowCount).Select(row => cell(block, row)))];

    private string Refusal(Action action) =>
        Assert.Throws<InputException>(action).Message.Replace(_folder.PathOf("t.csv"), "t.csv", StringComparison.Ordinal);

    private CsvBlocks Open(string text)
    {
        // One file at a time, as it is written over.
        _file?.Dispose();
        return _file = CsvBlocks.Open(_folder.Write("t.csv", text), blockBytes: 16);
    }

    private BlockTable Infer(string text, string[]? categorical = null, string[]? numeric = null, string[]? na = null)
    {
        _warnings.Clear();
        return BlockTable.Infer(Open(text), new SchemaOptions(new MissingMarks(na ?? []), categorical ?? [], numeric ?? []), _warnings.Add);
    }
}
