using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

/// <summary>Model files whose zip is sound and whose content somebody changed.</summary>
public sealed class HostileModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public HostileModelFileTests()
    {
        string rows = string.Concat(Enumerable.Range(0, 60).Select(i => $"{i % 13}.5,{"abc"[i % 3]}\n"));
        string config = _folder.Write("quick.json", """{ "steps": 20, "width": 8, "blocks": 1, "batchSize": 16 }""");
        _model = _folder.PathOf("m.zip");
        CommandRun trained = CommandRun.Of(
            "train", _folder.Write("in.csv", "n,c\n" + rows), "--for", "synthesize", "--model", _model, "--config", config, "--quiet");
        Assert.Equal((ExitCode.Done, string.Empty), (trained.ExitCode, trained.Error));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Two_hundred_changed_models_are_refused_in_one_sentence_or_work()
    {
        byte[] sound = File.ReadAllBytes(_model);
        int refused = 0;
        for (int i = 0; i < 200; i++)
        {
            var random = new Random(i);
            Change(sound, random, out string changed);
            var watch = Stopwatch.StartNew();
            CommandRun run = Synthesize();
            Assert.True(run.ExitCode is ExitCode.Done or ExitCode.BadInput, $"case {i}, {changed}: {run.ExitCode}, {run.Error}");
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"case {i}, {changed}: {watch.Elapsed}");
            if (run.ExitCode == ExitCode.Done)
                continue;
            refused++;
            Assert.False(run.Error.TrimEnd('\n').Contains('\n', StringComparison.Ordinal), $"case {i}, {changed}: {run.Error}");
            Assert.Contains("m.zip", run.Error, StringComparison.Ordinal);
        }

        Assert.True(refused > 50, $"{refused} were refused");
    }

    [Fact]
    public void A_damaged_model_is_named_with_what_is_wrong_and_not_with_how_it_was_loaded()
    {
        Rewrite("GenerationModel", bytes =>
        {
            bytes[30] ^= 1;
            return bytes;
        });
        CommandRun run = Synthesize();
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.EndsWith("m.zip is damaged: its checksum does not match.", run.Error.TrimEnd(), StringComparison.Ordinal);
        Assert.DoesNotContain("target of an invocation", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_zip_that_claims_two_gigabytes_is_refused_without_taking_them()
    {
        byte[] bytes = File.ReadAllBytes(_model);
        // The unpacked size of the first entry in the list at the end of the file.
        int directory = bytes.AsSpan().IndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(directory + 24), 2_000_000_000);
        File.WriteAllBytes(_model, bytes);
        AssertRefusedWithoutMemory();
    }

    [Fact]
    public void A_zip_bomb_is_refused_without_taking_its_memory()
    {
        Rewrite("GenerationModel", _ => new byte[400 << 20]);
        AssertRefusedWithoutMemory();
    }

    private void AssertRefusedWithoutMemory()
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        CommandRun run = Synthesize();
        Assert.True(GC.GetTotalAllocatedBytes(precise: true) - before < 64 << 20);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("m.zip is damaged: ", run.Error, StringComparison.Ordinal);
    }

    private CommandRun Synthesize() =>
        CommandRun.Of("synthesize", _folder.PathOf("in.csv"), "--model", _model, "-o", _folder.PathOf("out.csv"), "--rows", "3", "--quiet");

    /// <summary>Changes a few bytes of one part.</summary>
    private void Change(byte[] sound, Random random, out string changed)
    {
        File.WriteAllBytes(_model, sound);
        string[] parts;
        using (ZipArchive zip = ZipFile.OpenRead(_model))
            parts = [.. zip.Entries.Select(entry => entry.FullName)];
        string part = changed = parts[random.Next(parts.Length)];
        Rewrite(part, bytes =>
        {
            for (int edits = random.Next(1, 4); edits > 0 && bytes.Length > 4; edits--)
            {
                int at = random.Next(bytes.Length - 4);
                switch (random.Next(4))
                {
                    case 0:
                        bytes[at] ^= (byte)(1 << random.Next(8));
                        break;
                    case 1:
                        BitConverter.GetBytes(new[] { 0, -1, int.MaxValue, int.MinValue, 1_000_000 }[random.Next(5)]).CopyTo(bytes, at);
                        break;
                    case 2:
                        bytes = bytes[..at];
                        break;
                    default:
                        bytes = [.. bytes[..at], .. bytes[Math.Max(0, at - 10)..]];
                        break;
                }
            }

            return bytes;
        });
    }

    private void Rewrite(string part, Func<byte[], byte[]> change)
    {
        using ZipArchive zip = ZipFile.Open(_model, ZipArchiveMode.Update);
        ZipArchiveEntry old = zip.Entries.Single(entry => entry.FullName.EndsWith(part, StringComparison.Ordinal));
        byte[] bytes;
        using (Stream stream = old.Open())
        {
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            bytes = copy.ToArray();
        }

        string name = old.FullName;
        old.Delete();
        using Stream output = zip.CreateEntry(name).Open();
        output.Write(change(bytes));
    }
}
