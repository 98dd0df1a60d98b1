using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tests.MLNetInternals;

public class MLNetMembersTests
{
    [Theory]
    [InlineData("CheckAtModel")]
    [InlineData("IInternalCatalog")]
    [InlineData("SaveBinaryStream")]
    public void An_ML_NET_that_moved_a_member_is_refused_in_one_sentence_that_names_the_versions_that_work(string moved)
    {
        // The library as it would be if it had been built when the member had another name.
        byte[] library = File.ReadAllBytes(typeof(DiffusionImputeEstimator).Assembly.Location);
        string other = moved[..^1] + "0";
        Assert.True(Replace(library, moved, other) > 0);
        var context = new AssemblyLoadContext(moved, isCollectible: true);
        MethodInfo catalog = context.LoadFromStream(new MemoryStream(library)).GetType("Microsoft.ML.DiffusionCatalog")!
            .GetMethod("DiffusionImpute", [typeof(TransformsCatalog), typeof(string[])])!;

        Exception refusal = Assert.Throws<TargetInvocationException>(
            () => catalog.Invoke(null, [new MLContext().Transforms, new[] { "x" }])).InnerException!;

        Assert.IsType<NotSupportedException>(refusal);
        Assert.Contains("ML.NET 5.0.1 to 6.0.0", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(other, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
        context.Unload();
    }

    private static int Replace(byte[] bytes, string name, string other)
    {
        byte[] from = Encoding.ASCII.GetBytes('\0' + name + '\0'), to = Encoding.ASCII.GetBytes('\0' + other + '\0');
        int count = 0;
        for (int at = 0; (at = bytes.AsSpan(at).IndexOf(from) is >= 0 and int next ? at + next : -1) >= 0; at++, count++)
            to.CopyTo(bytes, at);
        return count;
    }
}
