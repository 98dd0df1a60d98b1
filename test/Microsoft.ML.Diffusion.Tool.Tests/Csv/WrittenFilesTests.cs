using System.Text;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Imputation;
using Microsoft.ML.Diffusion.Tool.Tests.Commands;

namespace Microsoft.ML.Diffusion.Tool.Tests.Csv;

/// <summary>Whatever is written parses, by our reader and by others, into the same table.</summary>
public sealed class WrittenFilesTests : IDisposable
{
    private static readonly byte[][] s_parts =
    [
        .. new[]
            {
                "\"", "\"\"", ",", ";", "\t", "|", "\n", "\r\n", "\r", " ", " \"", "\" ", "?", " ?",
                "\"x, y\"", "\"3 ft\" tall", "'", "\\", "\\\"", "1e5", "-", "007", "é", "\uFEFF", "#",
            }
            .Select(Encoding.UTF8.GetBytes), [0xE9], [0],
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly string _quick;

    public WrittenFilesTests() => _quick = _folder.Write("quick.json", """{ "members": "Neighbors" }""");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("n,c,k\n1,\"Gen, A\",7\n2,\"Gen, A\",7\n3, ,7\n", "3,\"Gen, A\",7")]
    [InlineData("n,c,k\n1,\"Gen, A\",7\n2,\"Gen, A\",7\n3, ?,7\n", "3,\"Gen, A\",7")]
    [InlineData("n,c,k\n1, \"3 ft\" tall,7\n2, \"3 ft\" tall,7\n3,,7\n", "3,\"\"\"3 ft\"\" tall\",7")]
    [InlineData("n,c,k\n1, \"a\"b\",7\n2, \"a\"b\",7\n3, ,7\n", "3,\"\"\"a\"\"b\"\"\",7")]
    [InlineData("n,c,k\n1,5\" pipe,7\n2,5\" pipe,7\n3,,7\n", "3,\"5\"\" pipe\",7")]
    [InlineData("n, c,k\n1, plain,7\n2, plain,7\n3, ,7\n", "3, plain,7")]
    public void A_missing_cell_is_filled_so_that_every_reader_finds_it(string text, string filledRow)
    {
        string output = _folder.PathOf("out.csv");
        CommandRun run = CommandRun.Of("impute", _folder.Write("in.csv", text), "-o", output, "--na", "?", "--config", _quick, "--quiet");
        Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(text[..(text.TrimEnd('\n').LastIndexOf('\n') + 1)] + filledRow + "\n", File.ReadAllText(output));
    }

    [Fact]
    public void Thousands_of_mutated_files_are_filled_into_tables_or_refused_in_one_sentence()
    {
        var random = new Random(11);
        int filled = 0;
        for (int round = 0; round < 4000; round++)
        {
            byte[] bytes = Mutated(random);
            try
            {
                CsvDocument before = CsvDocument.Parse(bytes, "in.csv");
                byte[] written = Filled(bytes);
                CsvDocument after = CsvDocument.Parse(written, "out.csv");
                Assert.Equal(before.RowCount, after.RowCount);
                Assert.Equal(before.ColumnNames, after.ColumnNames);
                OtherReaders.AssertAgree(written);
                filled++;
            }
            catch (InputException e) when (e.Message.StartsWith("in.csv", StringComparison.Ordinal)
                || e.Message.StartsWith(_folder.PathOf("mutated.csv"), StringComparison.Ordinal))
            {
                Assert.DoesNotContain('\0', e.Message);
            }
        }

        Assert.InRange(filled, 500, 4000);
    }

    /// <summary>Puts the lowest number or the first category of its column into every missing cell, as the command does
    /// with better ones.</summary>
    private byte[] Filled(byte[] bytes)
    {
        var marks = new MissingMarks("?");
        string path = _folder.PathOf("mutated.csv");
        File.WriteAllBytes(path, bytes);
        using CsvBlocks file = CsvBlocks.Open(path);
        BlockTable table = BlockTable.Infer(file, new SchemaOptions(marks, [], []), _ => { });
        ColumnFinding[] columns = [.. table.UsedColumns];
        TableColumn[] modelled = [.. columns.Select(column => column.Use == ColumnUse.Numeric
            ? TableColumn.Numeric(column.Name)
            : TableColumn.Categorical(column.Name, table.SpellingsOf(column).Categories))];
        if (columns.Length == 0)
            return bytes;
        ModelColumns found = ModelColumns.Find(file, marks, modelled, table.Formats, "the table", isOwn: true);
        var filler = new BlockFiller(
            found, [.. columns.Select(column => column.Name)], [(rows, _, _) => FillIn(rows, columns)], relations: null, new RowsToFill());
        using var text = new MemoryStream();
        using (var writer = new CsvWriter("out.csv", file.Encoding, append => append(text)))
        {
            filler.Fill(file, [writer], new Progress<double>(), CancellationToken.None);
            writer.Finish();
        }

        return text.ToArray();
    }

    private static void FillIn(Table cells, ColumnFinding[] columns)
    {
        for (int row = 0; row < cells.RowCount; row++)
        {
            for (int column = 0; column < columns.Length; column++)
            {
                if (double.IsNaN(cells[row, column]))
                    cells[row, column] = columns[column].Format?.Minimum ?? 0;
            }
        }
    }

    private static byte[] Mutated(Random random)
    {
        string separator = random.GetItems([",", ";", "\t", "|"], 1)[0];
        string lineEnd = random.GetItems(["\n", "\r\n", "\r"], 1)[0];
        string[] cells =
        [
            "a", "\"Gen, A\"", "", " ", " ?", "\"q \"\" q\"", " \"3 ft\" tall", "5\" pipe", "\"\"", $"\"in{separator}side\"", "\"two\nlines\"",
        ];
        var text = new StringBuilder($"n{separator}c{separator}k");
        for (int row = 0; row < 8; row++)
        {
            string number = random.Next(4) == 0
                ? random.GetItems(["", " ", "\"\""], 1)[0]
                : (row * 1.5).ToString(System.Globalization.CultureInfo.InvariantCulture);
            text.Append(lineEnd).AppendJoin(separator, number, random.GetItems(cells, 1)[0], random.GetItems(cells, 1)[0]);
        }

        List<byte> bytes = [.. Encoding.UTF8.GetBytes(text.Append(lineEnd).ToString())];
        for (int change = random.Next(4); change > 0; change--)
        {
            int at = random.Next(bytes.Count);
            if (random.Next(3) == 0)
                bytes.RemoveRange(at, Math.Min(random.Next(1, 6), bytes.Count - at));
            else
                bytes.InsertRange(at, random.GetItems(s_parts, 1)[0]);
        }

        return [.. bytes];
    }
}
