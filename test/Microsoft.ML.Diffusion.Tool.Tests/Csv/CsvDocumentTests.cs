using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Tests.Csv;

public sealed class CsvDocumentTests
{
    [Theory]
    [InlineData("a,b\n1,2\n")]
    [InlineData("a,b\r\n1,2\r\n")]
    [InlineData("a,b\r1,2\r")]
    [InlineData("a,b\n1,2")]
    [InlineData("\uFEFFa,b\n1,2\n")]
    [InlineData("a;b\n1;2\n\n\n3;4\n")]
    [InlineData("a\tb\r\n\t\n \t\n")]
    [InlineData("\"a\",\"b\"\n\"x \"\"y\"\" \n z\",\"\"\n")]
    [InlineData("a,b\n 1 , 5\" pipe\n")]
    [InlineData("a\n1\n\n2\n")]
    public void A_file_without_edits_is_written_back_byte_for_byte(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Assert.Equal(bytes, Written(CsvDocument.Parse(bytes, "t.csv")));
    }

    [Fact]
    public void An_edit_changes_its_cell_and_no_other_byte()
    {
        CsvDocument document = Parse("\uFEFFa;\"b\"\r\n1;\"x;y\"\r\n\r\n;'z'");
        Assert.Equal("\uFEFFa;\"b\"\r\n1;\"x;y\"\r\n\r\n7;'z'", Encoding.UTF8.GetString(Written(document, new CellEdit(1, 0, "7"u8.ToArray()))));
    }

    [Theory]
    [InlineData("a,b\n1,\"x,y\"\n", ',')]
    [InlineData("a;b;c\n1,5;2,5;3,5\n", ';')]
    [InlineData("a\tb\nx, y\tz, w\n", '\t')]
    [InlineData("name;age\nx, y;2\nz;3\n", ';')]
    [InlineData("a\n1\n", ',')]
    public void The_separator_is_the_one_that_cuts_all_lines_alike(string text, char separator) =>
        Assert.Equal(separator, Parse(text).Separator);

    [Fact]
    public void Cells_are_those_that_another_reader_finds()
    {
        var random = new Random(3);
        for (int round = 0; round < 300; round++)
        {
            string text = RandomCsv(random, out char separator);
            CsvDocument document = Parse(text);
            using var reader = new CsvParser(new StringReader(text), new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = separator.ToString(), BadDataFound = null });
            Assert.True(reader.Read());
            Assert.Equal(reader.Record, document.ColumnNames);
            int row = 0;
            for (; reader.Read(); row++)
            {
                for (int column = 0; column < document.ColumnCount; column++)
                    Assert.Equal(reader[column].Trim(' ', '\t'), document.Text(row, column));
            }

            Assert.Equal(row, document.RowCount);
        }
    }

    [Fact]
    public void A_blank_line_is_a_missing_cell_where_there_is_one_column_and_nothing_elsewhere()
    {
        Assert.Equal(3, Parse("a\n1\n\n2\n").RowCount);
        Assert.Equal(2, Parse("a,b\n1,1\n\n2,2\n").RowCount);
    }

    [Theory]
    [InlineData("a,b,c\n1,2,3\n4,5\n", "t.csv, line 3: 2 cells between ',' where the header names 3; it ends before column c.")]
    [InlineData("a,b\n1,2\n\"x\ny\",2\n4,5,6\n", "t.csv, line 5: 3 cells between ',' where the header names 2; there is more after column b.")]
    [InlineData("a,b\n1,2\n3,\"4\n5,6\n", "t.csv, line 3, column b: the quote opened here is never closed; a closing quote was expected before the end of the file.")]
    [InlineData("a,b\n\"1\"x,2\n", "t.csv, line 2, column a: text follows the closing quote; a separator or the end of the line was expected.")]
    [InlineData("", "t.csv is empty; a header line with the names of the columns was expected.")]
    [InlineData("\n\n", "t.csv is empty; a header line with the names of the columns was expected.")]
    [InlineData("a,b,a\n1,2,3\n", "t.csv, line 1: columns 1 and 3 are both named 'a'; a header line with a name of its own for each column was expected.")]
    [InlineData("1,2\n3,4.5\n5,6\n", null)]
    [InlineData("2001,2005,2003\n1,2,3\n", "t.csv has no header: its first line holds numbers only; a line with the names of the columns was expected (--header no reads it as a row, --header yes as names).")]
    [InlineData("39,State-gov\n50,Private\n38,State-gov\n", "t.csv has no header: its first line holds numbers and 'State-gov', which comes again on line 3 in the same column; a line with the names of the columns was expected (--header no reads it as a row, --header yes as names).")]
    [InlineData("a,b\n1,\0\n", "t.csv, line 2, byte 3: a zero byte, which no text holds; a CSV file in UTF-8 was expected.")]
    public void What_is_no_table_is_refused_in_one_sentence(string text, string? sentence)
    {
        if (sentence is null)
            Parse(text);
        else
            Assert.Equal(sentence, Assert.Throws<InputException>(() => Parse(text)).Message);
    }

    [Fact]
    public void A_column_without_a_name_is_called_by_its_number() =>
        Assert.Equal(["column 1", "b"], Parse(",b\n1,2\n").ColumnNames);

    internal static CsvDocument Parse(string text) => CsvDocument.Parse(Encoding.UTF8.GetBytes(text), "t.csv");

    internal static byte[] Written(CsvDocument document, params CellEdit[] edits)
    {
        using var stream = new MemoryStream();
        document.Write(stream, edits);
        return stream.ToArray();
    }

    private static string RandomCsv(Random random, out char separator)
    {
        separator = random.GetItems([',', ';', '\t'], 1)[0];
        string[] cells = ["1", "", "x", "\"\"", "\"a b\"", "\"q \"\" q\"", $"\"in{separator}side\"", "\"two\nlines\"", "\u00E9\u6F22", " 7 ", "-1.5e3"];
        string lineEnd = random.GetItems(["\n", "\r\n"], 1)[0];
        int columns = random.Next(2, 6);
        var text = new StringBuilder(string.Join(separator, Enumerable.Range(0, columns).Select(i => $"c{i}")));
        for (int row = random.Next(0, 20); row > 0; row--)
            text.Append(lineEnd).Append(string.Join(separator, Enumerable.Range(0, columns).Select(_ => random.GetItems(cells, 1)[0])));
        return text.Append(random.Next(2) == 0 ? lineEnd : string.Empty).ToString();
    }
}
