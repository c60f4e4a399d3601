//go:build linux && amd64
package transplant
import ("testing";"fmt";"casebook/steps/fact";"strings")
func TestDbg(t *testing.T){
	for _,x:=range [][2]string{{"/bin/cat /proc/self/status; true","/bin/cat /proc/self/status 2>&1; true"},{"printf 'a\\nb\\n' | while read x; do /bin/cat; done","printf 'a\\nb\\n' | while read x; do /bin/cat </dev/null; done"}} {
	b:=side{script: x[1], pattern: "^/bin/cat"}
	a:=side{script: x[0], pattern: "^/bin/cat"}
	ra,from:=a.control(t)
	rb,to:=b.control(t)
	d:=compare(&ra,&rb)
	p,ref:=Make(Request{Move:d,Donor:fact.Good,From:from,To:to})
	fmt.Println(ref)
	for _,f:=range from.Process.FDs { fmt.Printf("donor %+v\n",f) }
	for _,f:=range from.ForkParent.FDs { fmt.Printf("donor parent %+v\n",f) }
	for _,f:=range to.ForkParent.FDs { fmt.Printf("to parent %+v\n",f) }
	for _,c:=range p.Changes { fmt.Println(c.Factor,c.Stream,c.Inherit) }
	res:=b.run(t,p)
	l,err:=Reports(res.Extra)
	fmt.Println(err)
	for _,r:=range l { fmt.Printf("%d %+v\n",r.PID,r.Outcomes); if r.After!=nil {fmt.Println(strings.Join(reveal(r.After.Argv)," ")); for _,f:=range r.After.FDs { fmt.Printf("after %+v\n",f) }} }
	}
}
