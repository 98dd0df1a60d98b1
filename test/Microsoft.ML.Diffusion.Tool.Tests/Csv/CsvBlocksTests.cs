using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Tests.Csv;

// Alone, since memory is measured of the whole process.
[CollectionDefinition(nameof(CsvBlocksTests), DisableParallelization = true)]
[Collection(nameof(CsvBlocksTests))]
public sealed class CsvBlocksTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a,b\n1,\"x\"\"y\"\n\n2,z\n3,\"two\nlines\"\n4,", 16)]
    [InlineData("\uFEFFname;größe\r\n1;\"x;y\"\r\n\r\n;漢漢漢\r\n;'z'", 17)]
    [InlineData("a\r1\r\r2\r", 16)]
    [InlineData("a|b\n", 16)]
    [InlineData("a_long_name_of_a_column,another_long_name\n1,2\n3,4\n", 16)]
    [InlineData("a,b\n1,\"say \\\"hi\\\", you\"\n2,3\n", 32)]
    public void Blocks_are_the_file_and_find_the_cells_that_reading_it_at_once_finds(string text, int blockBytes)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        string path = _folder.PathOf("in.csv");
        File.WriteAllBytes(path, bytes);
        AssertSame(CsvDocument.Parse(bytes, path), bytes, path, null, blockBytes);
    }

    [Fact]
    public void Random_files_are_cut_anywhere_and_stay_what_they_are()
    {
        var random = new Random(9);
        string path = _folder.PathOf("in.csv");
        for (int round = 0; round < 300; round++)
        {
            string lineEnd = random.GetItems(["\n", "\r\n", "\r"], 1)[0];
            string[] cells = ["1", "", "é漢", "\"q \"\" q\"", "\"in,side\"", "\"two\r\nlines\"", " 7 ", "-1.5e3"];
            var text = new StringBuilder("c0,c1,c2");
            for (int row = random.Next(0, 30); row > 0; row--)
                text.Append(lineEnd).Append(string.Join(',', random.GetItems(cells, 3))).Append(random.Next(9) == 0 ? lineEnd : "");
            Encoding? encoding = random.Next(3) == 0 ? new UnicodeEncoding(false, false, true) : null;
            byte[] bytes = (encoding ?? Encoding.UTF8).GetBytes(text.ToString());
            File.WriteAllBytes(path, bytes);
            var options = new CsvOptions(',', encoding);
            AssertSame(CsvDocument.Parse(bytes, path, options), bytes, path, options, random.Next(16, 300));
        }
    }

    [Fact]
    public void Random_damage_is_refused_with_the_sentence_that_reading_at_once_gives()
    {
        var random = new Random(5);
        string path = _folder.PathOf("in.csv");
        int refused = 0;
        for (int round = 0; round < 400; round++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes("a,b,c\n" + string.Concat(Enumerable.Repeat("1,\"x, y\",é\n", random.Next(3, 30))));
            bytes[random.Next(6, bytes.Length)] = random.GetItems("\0,\"\n\r\\1\u00e9"u8.ToArray(), 1)[0];
            File.WriteAllBytes(path, bytes);
            string? whole = Refusal(() => CsvDocument.Read(path));
            Assert.Equal(whole, Refusal(() => CsvBlocks.Open(path, blockBytes: random.Next(16, 200)).Dispose()));
            refused += whole is null ? 0 : 1;
        }

        Assert.InRange(refused, 100, 399);
    }

    [Fact]
    public void An_edit_changes_its_cell_in_its_block_and_no_other_byte()
    {
        string path = _folder.Write("in.csv", "a,b\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"{i},\n")));
        using CsvBlocks blocks = CsvBlocks.Open(path, blockBytes: 64);
        using var output = new MemoryStream();
        foreach (CsvDocument block in blocks.Read())
            block.Write(output, Enumerable.Range(0, block.RowCount).Select(row => new CellEdit(row, 1, "x"u8.ToArray())));
        Assert.Equal(100, blocks.RowCount);
        Assert.Equal("a,b\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"{i},x\n")), Encoding.UTF8.GetString(output.ToArray()));
    }

    [Theory]
    [InlineData("a,b\n{0}1,2,3\n")]
    [InlineData("a,b\n{0}1,\"2\n")]
    [InlineData("a,b\n{0}1,\0\n")]
    [InlineData("7,b\n{0}1,b\n")]
    public void A_mistake_in_a_later_block_is_refused_as_it_is_by_reading_at_once(string text)
    {
        string rows = string.Concat(Enumerable.Repeat("1,2\n", 100));
        string path = _folder.Write("in.csv", text.Replace("{0}", rows, StringComparison.Ordinal));
        string sentence = Refusal(() => CsvBlocks.Open(path, blockBytes: 64))!;
        Assert.Contains("line 102", sentence, StringComparison.Ordinal);
        Assert.Equal(Refusal(() => CsvDocument.Read(path)), sentence);
    }

    [Fact]
    public void A_byte_of_Windows_1252_in_a_later_block_shows_the_encoding_of_the_file()
    {
        string path = _folder.PathOf("in.csv");
        byte[] bytes = Encoding.Latin1.GetBytes("a,b\n" + string.Concat(Enumerable.Repeat("1,2\n", 100)) + "1,é\n");
        File.WriteAllBytes(path, bytes);
        AssertSame(CsvDocument.Read(path), bytes, path, null, 64);
        using CsvBlocks found = CsvBlocks.Open(path, blockBytes: 64);
        Assert.Equal(CsvDocument.Read(path).Notes, found.Notes);
    }

    [Fact]
    public void A_backslash_before_a_quote_in_a_later_block_shows_how_the_file_writes_quotes()
    {
        string text = "a,b\n" + string.Concat(Enumerable.Repeat("1,2\n", 100)) + "1,\"say \\\"hi\\\", you\"\n";
        string path = _folder.Write("in.csv", text);
        AssertSame(CsvDocument.Read(path), Encoding.UTF8.GetBytes(text), path, null, 64);
        using CsvBlocks found = CsvBlocks.Open(path, blockBytes: 64);
        Assert.Equal([$"{path} writes quotes inside quotes as \\\" and is read so."], found.Notes);
    }

    [Theory]
    [InlineData(new byte[] { 0x61, 0x2C, 0x62, 0x0A, 0x83, 0x65, 0x2C, 0x31, 0x0A }, null)]
    [InlineData(new byte[] { 0x61, 0x2C, 0x62, 0x0A, 0x81, 0x20, 0x2C, 0x31, 0x0A }, "bytes that are not shift_jis")]
    public void An_encoding_of_several_bytes_a_character_is_read_or_refused(byte[] bytes, string? sentence)
    {
        string path = _folder.PathOf("in.csv");
        File.WriteAllBytes(path, bytes);
        var options = new CsvOptions(Encoding: TextEncoding.Find("shift_jis"));
        if (sentence is null)
            AssertSame(CsvDocument.Read(path, options), bytes, path, options, 16);
        else
            Assert.Contains(sentence, Refusal(() => CsvBlocks.Open(path, options)), StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_stops_when_it_is_cancelled()
    {
        string path = _folder.Write("in.csv", "a,b\n" + string.Concat(Enumerable.Repeat("1,2\n", 100)));
        using var cancel = new CancellationTokenSource();
        using CsvBlocks blocks = CsvBlocks.Open(path, blockBytes: 64, cancel: cancel.Token);
        using IEnumerator<CsvDocument> pass = blocks.Read().GetEnumerator();
        Assert.True(pass.MoveNext());
        cancel.Cancel();
        Assert.Throws<OperationCanceledException>(() => pass.MoveNext());
    }

    [Fact]
    public void A_long_packed_file_is_read_in_memory_that_does_not_grow_with_it()
    {
        string path = _folder.PathOf("long.csv.gz");
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            byte[] rows = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("12345,some words\n", 10_000)));
            gzip.Write("a,b\n"u8);
            for (int i = 0; i < 1200; i++)
                gzip.Write(rows);
        }

        long most = 0;
        using CsvBlocks blocks = CsvBlocks.Open(path);
        int read = 0;
        foreach (CsvDocument block in blocks.Read())
        {
            // Only what is still referred to counts.
            if (block.RowCount > 0 && read++ % 20 == 0)
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
        }

        Assert.Equal(12_000_000, blocks.RowCount);
        // The text has 204 MB.
        Assert.InRange(most, 0, 100 << 20);
    }

    [Fact]
    public void A_small_file_that_unpacks_to_more_than_an_array_holds_is_refused_without_holding_it()
    {
        string path = _folder.PathOf("bomb.csv.gz");
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            byte[] rows = new byte[1 << 22];
            rows.AsSpan().Fill((byte)'1');
            for (long written = 0; written <= Array.MaxLength; written += rows.Length)
                gzip.Write(rows);
        }

        long before = Process.GetCurrentProcess().PeakWorkingSet64;
        string sentence = Assert.Throws<InputException>(() => CsvDocument.Read(path)).Message;
        Assert.Equal($"{path} is too large: at most 2 GB of text, unpacked, were expected.", sentence);
        Assert.InRange(Process.GetCurrentProcess().PeakWorkingSet64 - before, 0, 300L << 20);
    }

    private static string? Refusal(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (InputException e)
        {
            return e.Message;
        }
    }

    private static void AssertSame(CsvDocument whole, byte[] bytes, string path, CsvOptions? options, int blockBytes)
    {
        using CsvBlocks blocks = CsvBlocks.Open(path, options, blockBytes);
        using var written = new MemoryStream();
        using var writer = new CsvWriter("out.csv", blocks.Encoding, append => append(written));
        int row = 0;
        foreach (CsvDocument block in blocks.Read())
        {
            Assert.Equal(whole.ColumnNames, block.ColumnNames);
            for (int i = 0; i < block.RowCount; i++, row++)
            {
                for (int column = 0; column < whole.ColumnCount; column++)
                    Assert.Equal(whole.Raw(row, column), block.Raw(i, column));
                Assert.Equal(whole.LineOf(row), block.LineOf(i));
            }

            writer.Write(utf8 => block.Write(utf8, []));
        }

        writer.Finish();
        Assert.Equal(whole.RowCount, row);
        Assert.Equal(bytes, written.ToArray());
        Assert.Equal(whole.RowCount, blocks.RowCount);
    }
}
