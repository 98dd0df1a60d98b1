using System.Globalization;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Tests.Csv;

namespace Microsoft.ML.Diffusion.Tool.Tests.Columns;

public sealed class CsvTableTests
{
    private readonly List<string> _warnings = [];

    [Fact]
    public void A_column_is_numeric_when_every_observed_cell_is_a_number()
    {
        CsvTable table = Infer("n,few,t,code,e\n1,0,x,007,\n,1,2,010,\n-2.5e1,,,,\nnan,0,y,001,\n");
        Assert.Equal([ColumnUse.Numeric, ColumnUse.Numeric, ColumnUse.Categorical, ColumnUse.Categorical, ColumnUse.None], table.Columns.Select(c => c.Use));
        Assert.Equal([1, double.NaN, -25, double.NaN], Enumerable.Range(0, 4).Select(table.Columns[0].Number));
        Assert.Equal("x,2,,y", string.Join(',', Enumerable.Range(0, 4).Select(table.Columns[2].Category)));
        Assert.Equal("Column e has no values to learn from: it is left as it is.", Assert.Single(_warnings));
    }

    [Fact]
    public void What_the_user_says_overrides_what_the_cells_look_like()
    {
        CsvTable table = Infer("a,b\n1,007\n2,010\n", categorical: ["a"], numeric: ["b"]);
        Assert.Equal(["1", "2"], table.Columns[0].Categories);
        Assert.Equal(7, table.Columns[1].Number(0));
    }

    [Fact]
    public void Marks_count_as_missing_when_they_match_exactly_once_trimmed()
    {
        CsvTable table = Infer("a,b\n ?,?\n\"?\",??\n3,\n4,NA\n", na: ["?", "NA"]);
        Assert.Equal([true, true, false, false], Enumerable.Range(0, 4).Select(table.Columns[0].IsMissing));
        Assert.Equal([true, false, true, true], Enumerable.Range(0, 4).Select(table.Columns[1].IsMissing));
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
        CsvTable table = Infer(text);
        Assert.Equal(first, table.Columns[0].Number(0));
        Assert.Equal(text.Contains("1,5", StringComparison.Ordinal) ? "1,75" : "1.75", table.Columns[0].Format!.Format(1.75));
    }

    [Fact]
    public void Both_decimal_marks_in_one_column_make_it_text() =>
        Assert.Equal(ColumnUse.Categorical, Infer("a;b\n1,5;2\n2.5;3\n").Columns[0].Use);

    [Theory]
    [InlineData("a,b\n1,2\n1e999,3\n", "t.csv, line 3, column a: '1e999' is not finite;")]
    [InlineData("a,b\n1,2\n3,-inf\n", "t.csv, line 3, column b: '-inf' is not finite;")]
    public void An_infinite_number_is_refused(string text, string sentence) =>
        Assert.StartsWith(sentence, Assert.Throws<InputException>(() => Infer(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_unknown_column_is_refused_with_names_like_it() => Assert.Equal(
        "t.csv has no column 'Aeg', which --numeric names; did you mean Age?",
        Assert.Throws<InputException>(() => Infer("Age,Ward\n1,x\n", numeric: ["Aeg"])).Message);

    [Fact]
    public void A_text_in_a_column_named_numeric_is_refused() => Assert.StartsWith(
        "t.csv, line 3, column a: 'x' is not a number; --numeric names it as a column of numbers",
        Assert.Throws<InputException>(() => Infer("a,b\n1,1\nx,2\n", numeric: ["a"])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_table_for_a_model_has_its_columns_only_and_lacks_none()
    {
        Dictionary<string, NumberFormat?> model = new(StringComparer.Ordinal) { ["n"] = NumberFormat.Any, ["c"] = null };
        CsvTable table = CsvTable.ForModel(CsvDocumentTests.Parse("c,more,n\n1,z,2\n"), new MissingMarks(), model, "m.zip");
        Assert.Equal([ColumnUse.Categorical, ColumnUse.None, ColumnUse.Numeric], table.Columns.Select(c => c.Use));
        Assert.Equal(
            "t.csv lacks column c of the model m.zip; a file with the columns n, c was expected.",
            Assert.Throws<InputException>(() => CsvTable.ForModel(CsvDocumentTests.Parse("n\n1\n"), new MissingMarks(), model, "m.zip")).Message);
        Assert.StartsWith(
            "t.csv, line 2, column n: 'x' is not a number; the model m.zip has it as a column of numbers",
            Assert.Throws<InputException>(() => CsvTable.ForModel(CsvDocumentTests.Parse("n,c\nx,1\n"), new MissingMarks(), model, "m.zip")).Message,
            StringComparison.Ordinal);
    }

    private CsvTable Infer(string text, string[]? categorical = null, string[]? numeric = null, string[]? na = null)
    {
        _warnings.Clear();
        return CsvTable.Infer(CsvDocumentTests.Parse(text), new SchemaOptions(new MissingMarks(na ?? []), categorical ?? [], numeric ?? []), _warnings.Add);
    }
}
