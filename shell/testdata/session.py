# What runbooks do with pexpect: commands, a hidden password, and typing ahead.
# CONSOLE is the program. The whole text is compared.
import os

import pexpect

PROMPT = 'aws-cloudhsm>'


def shows(child, until, text):
    child.expect_exact(until)
    got = child.before + child.after
    assert got == text, (got, text)


child = pexpect.spawn(os.environ['CONSOLE'], timeout=20, encoding='utf-8')
child.delaybeforesend = None
shows(child, PROMPT, PROMPT)
for word in 'one', 'two', 'three':
    child.sendline('echo ' + word)
    shows(child, PROMPT, f'echo {word}\r\n{word}\r\n{PROMPT}')

child.sendline('pw')
shows(child, 'Enter password: ', 'pw\r\nEnter password: ')
child.sendline('s3cret')
shows(child, PROMPT, f'\r\n6 bytes ebf1d28e <nil>\r\n{PROMPT}')

child.send('pw\ns3cret\necho next\n')
shows(child, PROMPT, f'pw\r\nEnter password: \r\n6 bytes ebf1d28e <nil>\r\n{PROMPT}')
shows(child, PROMPT, f'echo next\r\nnext\r\n{PROMPT}')

child.sendline('quit')
child.expect_exact(pexpect.EOF)
child.close()
print('exit', child.exitstatus)
